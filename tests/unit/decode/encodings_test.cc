#include "decode/encodings.h"

#include <doctest/doctest.h>

#include <set>

#include "base/text.h"
#include "decode/encoding_table.h"
#include "url/utf8.h"

using namespace crawld;

namespace {
std::string converted(std::string_view bytes, std::string_view label) {
    const Encoding* encoding = find_encoding(label);
    REQUIRE_NE(encoding, nullptr);
    return convert_to_utf8(bytes, *encoding);
}
std::string_view name_of(std::string_view label) {
    const Encoding* encoding = find_encoding(label);
    return encoding == nullptr ? "none" : encoding->name;
}
}  // namespace

TEST_CASE("the table has the labels of the standard, each once, and each finds its encoding") {
    std::set<std::string_view> labels;
    for (const Encoding& encoding : kEncodings) {
        for (std::string_view label : split(encoding.labels, ' ')) {
            CHECK(labels.insert(label).second);
            CHECK_EQ(find_encoding(label), &encoding);
        }
        CHECK_EQ(name_of(encoding.name), encoding.name);
    }
    CHECK_EQ(labels.size(), 228);
    CHECK_EQ(std::size(kEncodings), 40);
}

TEST_CASE("labels are trimmed, in any case, and nothing else is guessed") {
    CHECK_EQ(name_of(" ISO-8859-1\n"), "windows-1252");
    CHECK_EQ(name_of("SJIS"), "shift_jis");
    CHECK_EQ(name_of("unicode"), "utf-16le");
    for (std::string_view label :
         {"", " ", "utf", "utf-8 utf8", "iso-8859-17", "cp-1252", "utf-7", "l1 latin2"})
        CHECK_EQ(name_of(label), "none");
}

TEST_CASE("every encoding can convert, and gives valid UTF-8 for any byte") {
    std::string all;
    for (int i = 0; i < 256; ++i)
        all += static_cast<char>(i);
    for (const Encoding& encoding : kEncodings) {
        CHECK(is_utf8(convert_to_utf8(all, encoding)));
        CHECK(convert_to_utf8("", encoding).empty());
    }
}

TEST_CASE("text in the encodings whose names mislead") {
    CHECK_EQ(converted("\x80\x93\x81", "latin1"), "\u20ac\u201c\u0081");
    CHECK_EQ(converted("\x93\xfa\x96\x7b\x87\x40", "shift_jis"), "日本①");
    CHECK_EQ(converted("\xc8\xb8\xb5\xf0\x8c\x63", "euc-kr"), "회디똠");
    CHECK_EQ(converted("\xd6\xd0\xce\xc4\x81\x30\x81\x30", "gb2312"), "中文\u0080");
    CHECK_EQ(converted("\xa4\xa4\xa4\xe5\x88\x6e", "big5"), "中文ě");
    CHECK_EQ(converted("\xc6\xfc\xcb\xdc", "euc-jp"), "日本");
    CHECK_EQ(converted("\x1b$BF|K\\\x1b(B.", "iso-2022-jp"), "日本.");
    CHECK_EQ(converted("\xf9\xec\xe5\xed", "iso-8859-8-i"), "שלום");
    CHECK_EQ(converted("\xcf\xf0\xe8\xe2\xe5\xf2", "cp1251"), "Привет");
    CHECK_EQ(converted("\xf0\xd2\xc9\xd7\xc5\xd4", "koi8-r"), "Привет");
    CHECK_EQ(converted("\xaa\xba\xde\xfe", "iso-8859-16"), "ȘșȚț");
    CHECK_EQ(converted("a\x80\xff", "x-user-defined"), "a\uf780\uf7ff");
    CHECK_EQ(converted(std::string_view("a\0\xac\x20", 4), "utf-16le"), "a\u20ac");
    CHECK_EQ(converted(std::string_view("\xd8\x3d\xde\0", 4), "utf-16be"), "\U0001F600");
}

TEST_CASE("what is invalid becomes U+FFFD") {
    CHECK_EQ(converted("a\xff\xe2\x82z", "utf-8"), "a\ufffd\ufffdz");
    CHECK_EQ(converted("a\xd2", "windows-1253"), "a\ufffd");
    CHECK_EQ(converted("a\x81", "shift_jis"), "a\ufffd");
    CHECK_EQ(converted(std::string_view("\0\xdc"
                                        "a\0b",
                                        5),
                       "utf-16le"),
             "\ufffda\ufffd");
    CHECK_EQ(converted("anything at all", "hz-gb-2312"), "\ufffd");
}

TEST_CASE("a tag behind half a character is a tag") {
    for (std::string_view label : {"big5", "euc-jp", "euc-kr", "shift_jis", "gb18030", "gbk"}) {
        CAPTURE(label);
        CHECK_EQ(converted("a\xe5<a href=x>", label), "a\ufffd<a href=x>");
        CHECK_EQ(converted("title='\xa1'>", label),
                 label == "shift_jis" ? "title='\uff61'>" : "title='\ufffd'>");
    }
}

TEST_CASE("long texts are converted in pieces without loss") {
    std::string bytes;
    std::string text;
    for (int i = 0; i < 30'000; ++i) {
        bytes += i % 3 == 0 ? "\x93\xfa" : "x";
        text += i % 3 == 0 ? "日" : "x";
    }
    CHECK(converted(bytes, "shift_jis") == text);
}
