#include "base/text.h"

#include <doctest/doctest.h>

using namespace crawld;

TEST_CASE("ASCII classes know no locale and no other bytes") {
    for (int i = 0; i < 256; ++i) {
        const char c = static_cast<char>(i);
        CAPTURE(i);
        CHECK_EQ(is_digit(c), i >= 48 && i <= 57);
        CHECK_EQ(is_alpha(c), (i >= 65 && i <= 90) || (i >= 97 && i <= 122));
        CHECK_EQ(is_alnum(c), is_digit(c) || is_alpha(c));
        CHECK_EQ(is_space(c), i == 32 || i == 9 || i == 10 || i == 12 || i == 13);
        CHECK_EQ(to_lower(c), i >= 65 && i <= 90 ? static_cast<char>(i + 32) : c);
    }
}

TEST_CASE("hexadecimal digits") {
    CHECK_EQ(hex_value('0'), 0);
    CHECK_EQ(hex_value('a'), 10);
    CHECK_EQ(hex_value('F'), 15);
    for (char c : {'g', 'G', '/', ':', '@', '`', '\0'})
        CHECK_EQ(hex_value(c), -1);
}

TEST_CASE("lower case and comparison without case") {
    CHECK_EQ(lowercase("ExAmPlE.ORG-7\xc3\x84"), "example.org-7\xc3\x84");
    CHECK(iequals("Content-Type", "content-TYPE"));
    CHECK_FALSE(iequals("a", "ab"));
    CHECK_FALSE(iequals("[", "{"));  // 32 apart, and no letters
    CHECK(istarts_with("Sitemap: x", "sitemap:"));
    CHECK(istarts_with("x", ""));
    CHECK_FALSE(istarts_with("Site", "sitemap"));
}

TEST_CASE("trim takes HTML white space from both ends only") {
    CHECK_EQ(trim(" \t\r\n\f a b \n"), "a b");
    CHECK_EQ(trim("\va"), "\va");
    CHECK_EQ(trim(" \n "), "");
    CHECK_EQ(trim(""), "");
}

TEST_CASE("split keeps empty pieces") {
    using Pieces = std::vector<std::string_view>;
    CHECK_EQ(split("a,b", ','), Pieces{"a", "b"});
    CHECK_EQ(split(",a,,", ','), Pieces{"", "a", "", ""});
    CHECK_EQ(split("", ','), Pieces{""});
}

TEST_CASE("parse_uint takes decimal digits, all of the text, and nothing that overflows") {
    CHECK_EQ(parse_uint("0"), 0);
    CHECK_EQ(parse_uint("18446744073709551615"), 18'446'744'073'709'551'615U);
    CHECK_EQ(parse_uint("007"), 7);
    for (const char* bad : {"", "18446744073709551616", "-1", "+1", " 1", "1 ", "1.0", "0x1"})
        CHECK_FALSE(parse_uint(bad).has_value());
}

TEST_CASE("nearest suggests a slip of the keys, not another word") {
    const std::vector<std::string_view> options{"retries", "redirects_max", "body_max"};
    CHECK_EQ(nearest("retrys", options), "retries");
    CHECK_EQ(nearest("bodymax", options), "body_max");
    CHECK_EQ(nearest("body_maxx", options), "body_max");
    CHECK_FALSE(nearest("zzzzzzzz", options).has_value());
    CHECK_FALSE(nearest("retries", {}).has_value());
}

TEST_CASE("span_of counts the leading characters that fit") {
    CHECK_EQ(span_of("12ab", is_digit), 2);
    CHECK_EQ(span_of("", is_digit), 0);
    CHECK_EQ(span_of("12", is_digit), 2);
}
