#include "exchange/rows.h"

#include <doctest/doctest.h>

using namespace crawld;
using namespace std::string_literals;

namespace {

std::string row(RowForm form, KnownUrl url) {
    Rows rows(form);
    return std::string(rows.row(url));
}

// Commas outside of quotes.
size_t cells(std::string_view line) {
    size_t count = 1;
    bool quoted = false;
    for (const char c : line) {
        if (c == '"') quoted = !quoted;
        if (c == ',' && !quoted) ++count;
    }
    return count;
}

}  // namespace

TEST_CASE("JSON leaves out what is empty") {
    CHECK_EQ(row(RowForm::jsonl, {.key = "k",
                                  .url = "http://a/?\"\xff",
                                  .state = KnownState::due,
                                  .status = 503,
                                  .due_at = wall_from_us(7)}),
             R"({"key":"k","url":"http://a/?\"\ufffd","state":"due","status":503,)"
             R"("due_at":"1970-01-01T00:00:00.000007Z"})"
             "\n");
    CHECK_EQ(Rows(RowForm::jsonl).head(), "");
}

TEST_CASE("CSV has a line of names, and every row as many cells") {
    Rows rows(RowForm::csv);
    const std::string head(rows.head());
    CHECK(head.starts_with("key,url,host,state,outcome,status,"));
    CHECK(head.ends_with("\r\n"));
    KnownUrl url{.url = "http://a/,b", .host = "a", .reason = "say \"no\"", .depth = 0};
    const std::string text(rows.row(url));
    CHECK(text.starts_with(",\"http://a/,b\",a,queued,,,\"say \"\"no\"\"\",0,"));
    CHECK(text.ends_with("\r\n"));
    CHECK_EQ(cells(text), cells(head));
}

TEST_CASE("a CSV row is one line of valid UTF-8, and none of its cells is a formula") {
    for (const std::string& nasty :
         {"a\r\nb"s, "a\0b"s, "\xff\xfe"s, "\xc2"s, "\xc2\x85"s, "\xe2\x80\xa8"s, "\x1b[2J"s}) {
        const std::string text = row(RowForm::csv, {.reason = nasty});
        CHECK_EQ(text.find_first_of("\r\n\0\x1b"s), text.size() - 2);
        CHECK_NE(text.find("\xEF\xBF\xBD"), std::string::npos);
    }
    for (const std::string& formula : {"=1+1"s, "+1"s, "-1"s, "@x"s})
        CHECK_NE(row(RowForm::csv, {.mime = formula}).find(",\"'" + formula + "\","),
                 std::string::npos);
    CHECK_NE(row(RowForm::csv, {.reason = "\xC3\xA9"}).find(",\xC3\xA9,"), std::string::npos);
}

TEST_CASE("what is packed comes back") {
    KnownUrl url{.url = "http://a/", .state = KnownState::excluded, .depth = 300};
    url.due_at = wall_from_us(123'456);
    url.warc_offset = uint64_t{1} << 40;
    std::string bytes;
    pack(bytes, url);
    KnownUrl back{.host = "not mine"};
    REQUIRE(unpack(bytes, back));
    CHECK_EQ(row(RowForm::jsonl, back), row(RowForm::jsonl, url));
    for (size_t size = 0; size < bytes.size(); ++size)
        CHECK_FALSE(unpack(std::string_view(bytes).substr(0, size), back));
    CHECK_FALSE(unpack(bytes + "x", back));
}
