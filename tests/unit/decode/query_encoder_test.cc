#include "decode/query_encoder.h"

#include <doctest/doctest.h>

#include "url/utf8.h"

using namespace crawld;

namespace {
std::string encoded(std::string_view charset, std::u32string_view text) {
    const auto encoder = make_query_encoder(charset);
    REQUIRE(encoder);
    std::string utf8;
    for (const char32_t c : text)
        utf8_append(utf8, c);
    return encoder->encode(utf8);
}
}  // namespace

TEST_CASE("queries of UTF-8, UTF-16 and what is no charset need no encoder") {
    for (const char* charset :
         {"utf-8", "utf-16le", "utf-16be", "replacement", "no-such-charset", ""})
        CHECK(!make_query_encoder(charset));
}

TEST_CASE("ASCII stays as it is in every charset") {
    for (const char* charset : {"windows-1252", "shift_jis", "iso-2022-jp", "gb18030", "big5"})
        CHECK(encoded(charset, U"q=a%20b&'\"<>[]\\~") == "q=a%20b&'\"<>[]\\~");
}

TEST_CASE("one byte a character; what the charset lacks becomes a reference") {
    CHECK(encoded("windows-1252", U"\u00E4\u20AC") == "\xE4\x80");
    CHECK(encoded("windows-1252", U"a\u0105b") == "a%26%23261%3Bb");
    CHECK(encoded("windows-1252", U"\U0001F600") == "%26%23128512%3B");
    CHECK(encoded("iso-8859-2", U"\u0105") == "\xB1");
    CHECK(encoded("koi8-u", U"\u040E\u045E\u255D") == "\xBE\xAE%26%239565%3B");
    CHECK(encoded("iso-8859-16", U"\u0218\u00E4\u0080") == "\xAA\xE4\x80");
    CHECK(encoded("iso-8859-16", U"\u00A4") == "%26%23164%3B");
    CHECK(encoded("x-user-defined", U"\uF780\uF7FF") == "\x80\xFF");
    CHECK(encoded("macintosh", U"\uF8FF") == "\xF0");
    CHECK(encoded("x-user-defined", U"\u0080") == "%26%23128%3B");
}

TEST_CASE("a character that merely looks like one of the charset is not written as that") {
    CHECK(encoded("windows-1252", U"\uFF21") == "%26%2365313%3B");
    CHECK(encoded("iso-8859-2", U"\u00C0") == "%26%23192%3B");
}

TEST_CASE("gb18030 has every character but one, gbk those of two bytes") {
    CHECK(encoded("gb18030", U"\u4E2D\u00E4\U0001F600") ==
          "\xD6\xD0\x81\x30\x8A\x31\x94\x39\xFC\x36");
    CHECK(encoded("gb18030", U"\uE5E5") == "%26%2358853%3B");
    CHECK(encoded("gb18030", U"\u20AC\u9FB7\uFE13") == "\xA2\xE3\xFE\x67\xA6\xDC");
    CHECK(encoded("gbk", U"\u4E2D\u20AC\u9FB7") == "\xD6\xD0\x80\xFE\x67");
    CHECK(encoded("gbk", U"\u00E4") == "%26%23228%3B");
}

TEST_CASE("big5 writes nothing of the Hong Kong part, which it reads") {
    CHECK(encoded("big5", U"\u4E2D\u241F") == "\xA4\xA4\xA3\xDF");
    CHECK(encoded("big5", U"\u00C0") == "%26%23192%3B");
}

TEST_CASE("euc-kr has no characters of users' own, euc-jp nothing of JIS X 0212") {
    CHECK(encoded("euc-kr", U"\uAC00\uE000") == "\xB0\xA1%26%2357344%3B");
    CHECK(encoded("euc-jp", U"\u4E9C\uFF71\u4E02") == "\xB0\xA1\x8E\xB1%26%2319970%3B");
    CHECK(encoded("euc-jp", U"\u00A5\u203E\u2212") == "\\~\xA1\xDD");
}

TEST_CASE("shift_jis has half-width katakana, and yen and overline where ASCII has others") {
    CHECK(encoded("shift_jis", U"\u4E9C\uFF71\u00A5\u203E\u0080") == "\x88\x9F\xB1\\~\x80");
    CHECK(encoded("shift_jis", U"\uE000") == "%26%2357344%3B");
}

TEST_CASE("iso-2022-jp switches between its sets and ends in ASCII") {
    CHECK(encoded("iso-2022-jp", U"a\u4E9C\u4E9Cb") == "a\x1B$B0!0!\x1B(Bb");
    CHECK(encoded("iso-2022-jp", U"\u4E9C") == "\x1B$B0!\x1B(B");
    CHECK(encoded("iso-2022-jp", U"\u00A5x\u203E") == "\x1B(J\\x~\x1B(B");
    CHECK(encoded("iso-2022-jp", U"\u203E\\") == "\x1B(J~\x1B(B\\");
    CHECK(encoded("iso-2022-jp", U"\u4E9C\u203E") == "\x1B$B0!\x1B(J~\x1B(B");
    CHECK(encoded("iso-2022-jp", U"\uFF71\u2170") == "\x1B$B%\"|q\x1B(B");
}

TEST_CASE("an error in iso-2022-jp leaves the double-byte set, and no other") {
    CHECK(encoded("iso-2022-jp", U"\u4E9C\u00E4\u4E9C") ==
          "\x1B$B0!\x1B(B%26%23228%3B\x1B$B0!\x1B(B");
    CHECK(encoded("iso-2022-jp", U"\u00A5\u00E4\u00A5") == "\x1B(J\\%26%23228%3B\\\x1B(B");
    for (const char32_t control : {U'\x0E', U'\x0F', U'\x1B'})
        CHECK(encoded("iso-2022-jp", std::u32string(1, control)) == "%26%2365533%3B");
}

TEST_CASE("an encoder begins each query in its first state") {
    const auto encoder = make_query_encoder("iso-2022-jp");
    CHECK(encoder->encode("\xC2\xA5") == "\x1B(J\\\x1B(B");
    CHECK(encoder->encode("a") == "a");
}
