// A file is the same however it comes: in pieces, across blocks, through gzip.
#include <doctest/doctest.h>

#include "decode/decode.h"
#include "support/coded_bodies.h"
#include "unit/sitemap/reading.h"

using namespace crawld;
using namespace crawld::test;

namespace {

const std::string kMixed =
    "<?xml version='1.0' encoding='utf-8'?><!-- a & b --><urlset><url><loc>http://a.example/?a&b="
    "\xc3\xa9&amp;\xe2\x82\xac\xf0\x9f\x98\x80</loc><lastmod>2005-01-01</lastmod></url>"
    "<url><loc><![CDATA[http://a.example/<&]]]]></loc><xhtml:link rel='alternate' hreflang='de' "
    "href='http://a.example/?x&y'/></url></urlset>";

}  // namespace

TEST_CASE("pieces of any size read the same") {
    const Reading whole = read_sitemap(kMixed);
    CHECK_EQ(whole.outcome(), "ok");
    CHECK_EQ(whole.joined(),
             "page http://a.example/?a&b=\xc3\xa9&\xe2\x82\xac\xf0\x9f\x98\x80 "
             "lastmod=2005-01-01T00:00:00.000000Z\n"
             "alternate http://a.example/?x&y hreflang=de\npage http://a.example/<&]]\n");
    for (size_t piece = 1; piece < 40; ++piece)
        CHECK_EQ(read_sitemap(kMixed, {.piece = piece}).joined(), whole.joined());
}

TEST_CASE("a block may end at every byte of a file") {
    const std::string expected = read_sitemap(kMixed).joined();
    for (size_t cut = 0; cut <= kMixed.size(); ++cut) {
        const Reading markup = read_sitemap("<!--" + std::string(kBlockBytes - 7 - cut, ' ') +
                                            "-->" + kMixed.substr(kMixed.find("<!-- a")));
        CHECK_EQ(markup.outcome(), "ok");
        CHECK_EQ(markup.joined(), expected);
        const Reading spaces = read_sitemap(std::string(kBlockBytes - cut, '\n') + kMixed);
        CHECK_EQ(spaces.joined(), expected);
    }
}

TEST_CASE("a block may end at every byte of a list of lines") {
    const std::string lines = "http://a.example/\xe2\x82\xac\r\nhttp://a.example/2\n";
    for (size_t cut = 0; cut <= lines.size(); ++cut) {
        const Reading reading =
            read_sitemap("http://a.example/1\n" + std::string(kBlockBytes - 19 - cut, ' ') + lines);
        CHECK_EQ(reading.joined(),
                 "page http://a.example/1\npage http://a.example/\xe2\x82\xac\n"
                 "page http://a.example/2\n");
    }
}

TEST_CASE("a document type is refused across the end of a block") {
    for (size_t cut = 0; cut < 20; ++cut) {
        const Reading reading = read_sitemap("<!--" + std::string(kBlockBytes - 7 - cut, ' ') +
                                             "--><!DOCTYPE urlset []><urlset/>");
        CHECK_EQ(reading.outcome(), "dtd_refused");
        CHECK_EQ(reading.result.detail, "has a document type \"urlset\"");
    }
}

TEST_CASE("a gzip file is told by its first bytes, and read in pieces") {
    const std::string file = gzipped(kMixed);
    for (const size_t piece : {size_t{1}, size_t{2}, size_t{7}, file.size()}) {
        const Reading reading =
            read_sitemap(file, {.content_type = "application/gzip", .piece = piece});
        CHECK_EQ(reading.outcome(), "ok");
        CHECK_EQ(reading.joined(), read_sitemap(kMixed).joined());
        CHECK_EQ(reading.result.bytes, kMixed.size());
    }
    CHECK_EQ(read_sitemap(gzipped("http://a.example/\n")).format(), "text");
}

TEST_CASE("content-coded gzip is decoded by decode, and a gzip file inside of it here") {
    const Decoded once = decode_body(gzipped(kMixed), "gzip", {});
    CHECK_EQ(read_sitemap(once.bytes).joined(), read_sitemap(kMixed).joined());
    const Decoded twice = decode_body(gzipped(gzipped(kMixed)), "gzip", {});
    CHECK_EQ(read_sitemap(twice.bytes).joined(), read_sitemap(kMixed).joined());
}

TEST_CASE("of gzip that ends early or is damaged, what came is kept") {
    std::string lines;
    for (int i = 0; i < 20'000; ++i)
        lines += "http://a.example/" + std::to_string(i * 7919) + "\n";
    const std::string file = gzipped(lines);
    const Reading cut = read_sitemap(std::string_view(file).substr(0, file.size() / 2));
    CHECK_EQ(cut.outcome(), "malformed");
    CHECK_EQ(cut.result.detail, "the gzip data end early");
    CHECK_GT(cut.entries.size(), 5'000);
    CHECK_LT(cut.entries.size(), 15'000);
    std::string damaged = file;
    damaged[damaged.size() - 6] ^= 1;  // of the checksum
    const Reading wrong = read_sitemap(damaged);
    CHECK_EQ(wrong.outcome(), "malformed");
    CHECK_EQ(wrong.result.detail, "the gzip data are damaged");
    CHECK_GE(wrong.entries.size(), 19'999);
    CHECK_EQ(read_sitemap("\x1f\x8b" + kMixed).outcome(), "malformed");
    CHECK_EQ(read_sitemap("\x1f").outcome(), "not_sitemap");
}

TEST_CASE("a gzip bomb ends at the cap") {
    const Reading reading = read_sitemap(gzipped(std::string(60 << 20, ' ')));
    CHECK_EQ(reading.outcome(), "truncated");
    CHECK_EQ(reading.result.bytes, 50 << 20);
}
