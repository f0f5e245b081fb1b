#include "archive/warc_fields.h"

#include <doctest/doctest.h>

using namespace crawld;

namespace {
std::string line_of(std::string_view value) {
    std::string text;
    put_field(text, "Name", value);
    return text;
}
}  // namespace

TEST_CASE("a value is one line, whatever it holds") {
    using namespace std::string_view_literals;
    CHECK_EQ(line_of("a b"), "Name: a b\r\n");
    CHECK_EQ(line_of(""), "");
    CHECK_EQ(line_of("a\r\nWARC-Type: response\r\n\r\nx"), "Name: a  WARC-Type: response    x\r\n");
    CHECK_EQ(line_of("a\nb\rc\0d\te\x7f"sv), "Name: a b c d e \r\n");
    CHECK_EQ(line_of("\xe9"), "Name: \xef\xbf\xbd\r\n");
    CHECK_EQ(line_of("\xc3\xa9"), "Name: \xc3\xa9\r\n");
}

TEST_CASE("every byte in every value leaves one line") {
    for (int c = 0; c < 256; ++c) {
        const std::string text = line_of(std::string("a") + static_cast<char>(c) + "b: c");
        CHECK_EQ(text.find('\n'), text.size() - 1);
        CHECK_EQ(text.find('\r'), text.size() - 2);
        CHECK_EQ(WarcFields::parse(text).all().size(), 1);
    }
}

TEST_CASE("a value longer than the bound is cut at a character") {
    std::string value(kFieldBytesMax - 1, 'x');
    value += "\xc3\xa9";
    CHECK_EQ(line_of(value).size(), 8 + kFieldBytesMax - 1);
    CHECK_EQ(line_of(std::string(kFieldBytesMax, 'x')).size(), 8 + kFieldBytesMax);
}

TEST_CASE("fields are found without case, folded lines are one value") {
    const WarcFields fields = WarcFields::parse(
        "WARC-Type: response\r\nno colon\nA : 1\n  2\r\n\t3\r\nWARC-Target-URI: <http://a/>\r\n");
    CHECK_EQ(fields.all().size(), 3);
    CHECK_EQ(fields.find("warc-type"), "response");
    CHECK_EQ(fields.find("a"), "1 2 3");
    CHECK_EQ(fields.uri("warc-target-uri"), "http://a/");
    CHECK_FALSE(fields.find("b").has_value());
    CHECK_EQ(fields.uri("b"), "");
}
