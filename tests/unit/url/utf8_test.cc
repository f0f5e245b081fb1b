#include "url/utf8.h"

#include <doctest/doctest.h>

using namespace crawld;

TEST_CASE("is_ascii sees a high byte at any place") {
    CHECK(is_ascii(""));
    for (size_t size = 1; size < 40; ++size) {
        std::string text(size, 'a');
        CHECK(is_ascii(text));
        for (size_t at = 0; at < size; ++at) {
            text[at] = '\x80';
            CHECK(!is_ascii(text));
            text[at] = 'a';
        }
    }
}

TEST_CASE("every code point survives encoding and decoding") {
    for (char32_t c = 0; c <= 0x10FFFF; c += c < 0x3000 ? 1 : 97) {
        if (c >= 0xD800 && c <= 0xDFFF) continue;
        std::string text;
        utf8_append(text, c);
        std::string_view rest = text;
        bool valid = true;
        REQUIRE(utf8_next(rest, valid) == c);
        REQUIRE(valid);
        REQUIRE(rest.empty());
    }
}

TEST_CASE("each maximal part of an invalid sequence becomes one U+FFFD") {
    const std::string bad = "\xEF\xBF\xBD";
    CHECK(to_utf8("a\x80z") == "a" + bad + "z");
    CHECK(to_utf8("\xC0\xAF") == bad + bad);                      // overlong
    CHECK(to_utf8("\xE2\x82z") == bad + "z");                     // cut short
    CHECK(to_utf8("\xED\xA0\x80") == bad + bad + bad);            // a surrogate
    CHECK(to_utf8("\xF4\x90\x80\x80") == bad + bad + bad + bad);  // past U+10FFFF
    CHECK(to_utf8("\xF0\x9F\x98") == bad);
    CHECK(to_utf8("\xF0\x9F\x98\x80") == "\xF0\x9F\x98\x80");
}

TEST_CASE("is_utf8 agrees with to_utf8") {
    for (const std::string_view text : {"", "abc", "\xC3\xA9", "\xF0\x9F\x98\x80", "\xC3", "a\xFFz",
                                        "\xE0\x80\x80", "\xED\xBF\xBF", "\xF5\x80\x80\x80"})
        CHECK(is_utf8(text) == (to_utf8(text) == text));
}
