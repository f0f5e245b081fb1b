#include <doctest/doctest.h>

#include "decode/decode.h"

using namespace crawld;

namespace {
constexpr std::string_view kHtml = "text/html";
void check(std::string_view bytes, std::string_view type, std::string_view charset,
           std::string_view text) {
    const Utf8Text found = to_utf8(std::string(bytes), type);
    CHECK_EQ(found.charset, charset);
    CHECK_EQ(found.text, text);
}
}  // namespace

TEST_CASE("a byte order mark comes first and is removed") {
    check("\xef\xbb\xbf\xc3\xa9", "text/html; charset=windows-1251", "utf-8", "é");
    check(std::string_view("\xff\xfe\xe9\0", 4), "text/html; charset=utf-8", "utf-16le", "é");
    check(std::string_view("\xfe\xff\0\xe9", 4), kHtml, "utf-16be", "é");
    check("\xef\xbb\xbf", kHtml, "utf-8", "");
}

TEST_CASE("the header comes before the page's own word") {
    check("<meta charset=utf-8>\xe9", "text/html; charset=ISO-8859-1", "windows-1252",
          "<meta charset=utf-8>é");
    check("\xcf", "text/html;x=y; CharSet=\"windows-1251\"", "windows-1251", "П");
    check("<meta charset=cp1251>\xcf", "text/html; charset=nonsense", "windows-1251",
          "<meta charset=cp1251>П");
}

TEST_CASE("the page's own word comes before what the bytes look like") {
    check("<meta charset=cp1251>\xc3\xa9", kHtml, "windows-1251", "<meta charset=cp1251>Г©");
    check("<?xml version='1.0' encoding='koi8-r'?>\xf0", "text/xml", "koi8-r",
          "<?xml version='1.0' encoding='koi8-r'?>П");
}

TEST_CASE("without any word valid UTF-8 is that, and all else windows-1252") {
    check("é", kHtml, "utf-8", "é");
    check("plain", "", "utf-8", "plain");
    check("\xe9\x80", kHtml, "windows-1252", "é€");
    check("", kHtml, "utf-8", "");
}

TEST_CASE("invalid bytes in declared UTF-8 are replaced, in other encodings too") {
    check("a\xff z", "text/html; charset=utf-8", "utf-8", "a\ufffd z");
    check("\xed\xa0\x80", "text/html; charset=utf-8", "utf-8", "\ufffd\ufffd\ufffd");
    check(
        "12345678\xc3\xa9"
        "12345678\xc3",
        "text/html; charset=utf8", "utf-8", "12345678é12345678\ufffd");
}

TEST_CASE("ASCII keeps its bytes and the name of its encoding") {
    check("plain", "text/html; charset=shift_jis", "shift_jis", "plain");
    check("\x1b(Bplain", "text/html; charset=iso-2022-jp", "iso-2022-jp", "plain");
    check(std::string_view("a\0b\0", 4), "text/html; charset=utf-16", "utf-16le", "ab");
}

TEST_CASE("valid UTF-8 is moved, not copied") {
    std::string text(1000, 'x');
    text += "é";
    const char* data = text.data();
    CHECK_EQ(static_cast<const void*>(to_utf8(std::move(text), kHtml).text.data()), data);
}
