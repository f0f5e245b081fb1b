// Encodings.
#include <doctest/doctest.h>

#include "sitemap/utf8_blocks.h"
#include "unit/sitemap/reading.h"

using namespace crawld;
using namespace std::string_view_literals;

namespace {

std::string utf16(std::string_view ascii, bool big) {
    std::string out;
    for (const char c : ascii)
        out += big ? std::string{'\0', c} : std::string{c, '\0'};
    return out;
}

// Converts in blocks of so many bytes, as the reader does.
std::string converted(std::string_view bytes, std::string_view content_type, size_t block_bytes) {
    Utf8Blocks blocks(content_type);
    std::string out;
    std::string block;
    while (true) {
        const size_t taken = std::min(block_bytes, bytes.size());
        block += bytes.substr(0, taken);
        bytes.remove_prefix(taken);
        std::string_view rest = block;
        out += blocks.convert(rest, bytes.empty());
        block.erase(0, block.size() - rest.size());
        if (bytes.empty()) return out;
    }
}

}  // namespace

TEST_CASE(
    "the declaration, the header and the mark tell the encoding, the later over the earlier") {
    const std::string_view page = "<urlset><url><loc>http://a.example/\xe9</loc></url></urlset>";
    const std::string latin = "<?xml version='1.0' encoding='iso-8859-1'?>" + std::string(page);
    CHECK_EQ(read_sitemap(latin).joined(), "page http://a.example/\xc3\xa9\n");
    CHECK_EQ(read_sitemap("\n " + latin).joined(), "page http://a.example/\xc3\xa9\n");
    CHECK_EQ(read_sitemap(latin, {.content_type = "text/xml; charset=windows-1251"}).joined(),
             "page http://a.example/\xd0\xb9\n");
    CHECK_EQ(
        read_sitemap("\xef\xbb\xbf" + latin, {.content_type = "text/xml; charset=windows-1251"})
            .joined(),
        "page http://a.example/\xef\xbf\xbd\n");
    CHECK_EQ(read_sitemap(page).joined(), "page http://a.example/\xef\xbf\xbd\n");
}

TEST_CASE("UTF-16 by its mark or its declaration, in any pieces") {
    const std::string text =
        "<?xml version='1.0' "
        "encoding='utf-16'?><urlset><url><loc>http://a.example/</loc></url></urlset>";
    for (const bool big : {false, true}) {
        const std::string mark = big ? "\xfe\xff" : "\xff\xfe";
        for (const std::string& file : {mark + utf16(text, big), utf16(text, big)})
            for (const size_t piece : {size_t{1}, size_t{3}, file.size()})
                CHECK_EQ(read_sitemap(file, {.piece = piece}).joined(), "page http://a.example/\n");
    }
    CHECK_EQ(read_sitemap("\xff\xfe" + utf16("http://a.example/\n", false)).format(), "text");
    // What says in ASCII that it is UTF-16 is not.
    CHECK_EQ(read_sitemap(text).joined(), "page http://a.example/\n");
}

TEST_CASE("characters are whole, wherever a block ends") {
    const std::string utf8 = "a/\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80/b";
    const std::string_view le = "a\0/\0\xe9\0\xac\x20\x3d\xd8\x00\xde/\0b\0"sv;
    const std::string sjis = "/\x83\x5c\x83\x8a/\x83\x5c \x95\x5c.";
    const std::string gb = "/\x81\x30\x81\x30 \xd6\xd0\xce\xc4/";
    for (size_t block = 4; block < 12; ++block) {
        CHECK_EQ(converted(utf8, "", block), utf8);
        CHECK_EQ(converted(le, "text/plain; charset=utf-16le", block), utf8);
        CHECK_EQ(converted(sjis, "text/plain; charset=shift_jis", block + 4),
                 "/\xe3\x82\xbd\xe3\x83\xaa/\xe3\x82\xbd \xe8\xa1\xa8.");
        CHECK_EQ(converted(gb, "text/plain; charset=gb18030", block + 4),
                 "/\xc2\x80 \xe4\xb8\xad\xe6\x96\x87/");
    }
}

TEST_CASE("a sequence that is cut by the end is U+FFFD") {
    CHECK_EQ(converted("a\xe2\x82", "", 4), "a\xef\xbf\xbd");
    CHECK_EQ(converted("\x80\x80\x80\x80\x80", "", 2),
             "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

TEST_CASE("encodings with states, and those that are replaced, are read as UTF-8") {
    for (const char* charset : {"iso-2022-jp", "hz-gb-2312", "no-such-thing"})
        CHECK_EQ(converted("http://a/", "text/plain; charset=" + std::string(charset), 100),
                 "http://a/");
}
