#include "log/json.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "base/prng.h"
#include "unit/log/parsed_line.h"

using namespace crawld;

namespace {

std::string encoded(std::string_view text, size_t bytes_max = JsonWriter::kUncut) {
    JsonWriter json;
    json.text(text, bytes_max);
    return std::string(json.text());
}

}  // namespace

TEST_CASE("a JSON object with every kind of value") {
    JsonWriter json;
    json.begin_object();
    json.key("a");
    json.number(int64_t{-5});
    json.key("b");
    json.number(uint64_t{18'446'744'073'709'551'615U});
    json.key("c");
    json.number(12.5);
    json.key("d");
    json.boolean(true);
    json.key("e");
    json.null();
    json.key("f");
    json.begin_array();
    json.text("x");
    json.end_array();
    json.end_object();
    CHECK_EQ(json.text(),
             R"({"a":-5,"b":18446744073709551615,"c":12.5,"d":true,"e":null,"f":["x"]})");
}

TEST_CASE("after clear() a writer begins anew") {
    JsonWriter json;
    json.text("x");
    json.clear();
    json.number(0.1234);
    CHECK_EQ(json.text(), "0.123");
}

TEST_CASE("a number that JSON cannot hold is null") {
    JsonWriter json;
    json.begin_array();
    json.number(std::nan(""));
    json.number(-INFINITY);
    json.end_array();
    CHECK_EQ(json.text(), "[null,null]");
}

TEST_CASE("control characters, quotes, DEL and everything beyond ASCII are escaped") {
    CHECK_EQ(encoded("plain ~ text"), R"("plain ~ text")");
    CHECK_EQ(encoded("\"\\\n\r\t"), R"("\"\\\n\r\t")");
    CHECK_EQ(encoded("\x1b[31m"), R"("\u001b[31m")");
    CHECK_EQ(encoded(std::string_view("\0\x7f", 2)), R"("\u0000\u007f")");
    CHECK_EQ(encoded("\u00e9\u202e\U0001f600"), R"("\u00e9\u202e\ud83d\ude00")");
}

TEST_CASE("each byte that is not valid UTF-8 becomes U+FFFD") {
    CHECK_EQ(encoded("a\x80z"), R"("a\ufffdz")");
    CHECK_EQ(encoded("\xc0\xaf"), R"("\ufffd\ufffd")");                      // overlong
    CHECK_EQ(encoded("\xe0\x80\xaf"), R"("\ufffd\ufffd\ufffd")");            // overlong
    CHECK_EQ(encoded("\xed\xa0\x80"), R"("\ufffd\ufffd\ufffd")");            // a surrogate
    CHECK_EQ(encoded("\xf4\x90\x80\x80"), R"("\ufffd\ufffd\ufffd\ufffd")");  // above 10FFFF
    CHECK_EQ(encoded("\xe2\x82"), R"("\ufffd\ufffd")");                      // cut
}

TEST_CASE("a text is cut at a character and says so") {
    CHECK_EQ(encoded("abcdefgh", 8), R"("abcdefgh")");
    CHECK_EQ(encoded("abcdefghi", 8), R"("ab\u2026")");
    CHECK_EQ(encoded("\u00e9\u00e9", 12), R"("\u00e9\u00e9")");
    CHECK_EQ(encoded("\u00e9\u00e9", 11), R"("\u2026")");
    CHECK_EQ(encoded("\U0001f600xxxxxxxxxxxx", 17), R"("\u2026")");  // half a pair never
    CHECK_EQ(encoded("abcdefghi", 5), R"("")");
    CHECK_EQ(encoded("abc", 0), R"("")");
}

TEST_CASE("any bytes become printable ASCII that a JSON parser reads, within the bound") {
    Prng prng(7);
    for (int round = 0; round < 5'000; ++round) {
        std::string bytes;
        for (uint64_t n = prng.below(60); n > 0; --n)
            bytes.push_back(
                static_cast<char>(prng.below(3) == 0 ? prng.below(256) : 0x20 + prng.below(96)));
        const size_t bytes_max = prng.below(200);
        const std::string json = encoded(bytes, bytes_max);
        CHECK_LE(json.size(), bytes_max + 2);
        for (char c : json)
            CHECK((c >= 0x20 && c < 0x7f));
        rapidjson::Document document;
        CHECK_FALSE(document.Parse(("[" + json + "]").c_str()).HasParseError());
    }
}

TEST_CASE("indented for people") {
    CHECK_EQ(indent_json(R"({"a":[1,{"b":"x"}]})"),
             "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x\"\n    }\n  ]\n}\n");
}
