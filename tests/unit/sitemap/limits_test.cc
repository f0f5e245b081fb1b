// Bounds, and inputs that are made to hurt.
#include <doctest/doctest.h>

#include "sitemap/parser_memory.h"
#include "unit/sitemap/reading.h"

using namespace crawld;

namespace {

constexpr std::string_view kUrl = "<url><loc>http://a.example/</loc></url>";

std::string repeated(std::string_view text, size_t times) {
    std::string all;
    all.reserve(text.size() * times);
    for (size_t i = 0; i < times; ++i)
        all += text;
    return all;
}

// Takes pieces until the reader has enough; how many bytes that was.
struct Fed {
    uint64_t bytes = 0;
    SitemapResult result;
};
Fed feed(std::string_view head, std::string_view piece, uint64_t bytes_max) {
    LineSink sink;
    SitemapReader reader(sink);
    Fed fed;
    bool more = reader.put(head);
    for (; more && fed.bytes < bytes_max; fed.bytes += piece.size())
        more = reader.put(piece);
    fed.result = reader.finish();
    return fed;
}

}  // namespace

TEST_CASE("as many URLs as a file may have are read, and no more") {
    const SitemapLimits limits{.urls_max = 3};
    for (const size_t urls : {2u, 3u, 4u}) {
        const Reading markup = read_sitemap(urlset_of(repeated(kUrl, urls)), {.limits = limits});
        CHECK_EQ(markup.outcome(), urls > 3 ? "truncated" : "ok");
        CHECK_EQ(markup.result.urls, std::min<size_t>(urls, 3));
        const Reading lines =
            read_sitemap(repeated("http://a.example/\n", urls), {.limits = limits});
        CHECK_EQ(lines.outcome(), urls > 3 ? "truncated" : "ok");
        CHECK_EQ(lines.entries.size(), std::min<size_t>(urls, 3));
    }
}

TEST_CASE("the default is the protocol's 50,000 URLs") {
    CHECK_EQ(read_sitemap(urlset_of(repeated(kUrl, 50'000))).outcome(), "ok");
    const Reading reading = read_sitemap(urlset_of(repeated(kUrl, 50'001)));
    CHECK_EQ(reading.outcome(), "truncated");
    CHECK_EQ(reading.entries.size(), 50'000);
}

TEST_CASE("a file of exactly the bytes allowed is whole, one more is cut") {
    const std::string text = urlset_of(kUrl);
    CHECK_EQ(read_sitemap(text, {.limits = {.bytes_max = text.size()}}).outcome(), "ok");
    const Reading cut = read_sitemap(text, {.limits = {.bytes_max = text.size() - 1}});
    CHECK_EQ(cut.outcome(), "truncated");
    CHECK_EQ(cut.result.bytes, text.size() - 1);
    CHECK_EQ(cut.joined(), "page http://a.example/\n");
}

TEST_CASE("a line that the cap cuts is not a URL") {
    const Reading reading =
        read_sitemap("http://a.example/1\nhttp://a.example/234\n", {.limits = {.bytes_max = 37}});
    CHECK_EQ(reading.outcome(), "truncated");
    CHECK_EQ(reading.joined(), "page http://a.example/1\n");
}

TEST_CASE("100 MB of white space, anywhere, end at the cap and take no memory") {
    const std::string spaces(1 << 20, ' ');
    for (const char* head : {"", "<urlset>", "<urlset><url><loc>", "<urlset><url><loc>http://a/",
                             "<urlset><!--", "<urlset><![CDATA[", "<?xml", "http://a.example/"}) {
        const Fed fed = feed(head, spaces, 100 << 20);
        CHECK_EQ(enum_names(fed.result.outcome)[static_cast<size_t>(fed.result.outcome)],
                 "truncated");
        CHECK_EQ(fed.result.bytes, 50 << 20);
        CHECK_LE(fed.bytes, 51 << 20);
    }
}

TEST_CASE("elements may be nested so deep and no deeper") {
    for (const size_t depth : {kDepthMax, kDepthMax + 1}) {
        const Reading reading =
            read_sitemap("<urlset>" + repeated("<a>", depth - 1) + repeated("</a>", depth - 1) +
                         std::string(kUrl) + "</urlset>");
        CHECK_EQ(reading.outcome(), depth > kDepthMax ? "malformed" : "ok");
        CHECK_EQ(reading.entries.size(), depth > kDepthMax ? 0 : 1);
    }
    CHECK_EQ(feed("<urlset>", repeated("<a>", 1000), 16 << 20).result.outcome,
             SitemapOutcome::malformed);
}

TEST_CASE("a tag without an end is given up early") {
    for (const char* head : {"<urlset><url a='", "<urlset><", "<urlset></"}) {
        const Fed fed = feed(head, std::string(4096, 'a'), 50 << 20);
        CHECK_EQ(fed.result.outcome, SitemapOutcome::malformed);
        CHECK_LE(fed.bytes, kTagBytesMax + 2 * kBlockBytes);
    }
}

TEST_CASE("a tag of many references grows no quadratic work") {
    const Fed fed = feed("<urlset><url a='", repeated("&", 4096), 50 << 20);
    CHECK_EQ(fed.result.outcome, SitemapOutcome::malformed);
    CHECK_LE(fed.bytes, kTagBytesMax);
}

TEST_CASE("names without number do not fill the memory") {
    LineSink sink;
    SitemapReader reader(sink);
    reader.put("<urlset>" + std::string(kUrl));
    size_t bytes = 0;
    bool more = true;
    for (size_t i = 0; more && bytes < (50 << 20); ++i) {
        const std::string piece = "<a" + std::to_string(i) + " b" + std::to_string(i) + "=''/>";
        bytes += piece.size();
        more = reader.put(piece);
    }
    const SitemapResult result = reader.finish();
    CHECK_EQ(result.outcome, SitemapOutcome::malformed);
    CHECK_EQ(result.detail, "out of memory");
    CHECK_EQ(result.urls, 1);
    CHECK_LT(bytes, 8 << 20);
}

TEST_CASE("the parser's memory is counted, bounded and given back") {
    ParserMemory memory(100);
    const ParserMemory::Use use(memory);
    void* block = ParserMemory::allocate(60);
    REQUIRE(block != nullptr);
    CHECK_EQ(memory.bytes(), 60);
    CHECK_EQ(ParserMemory::allocate(41), nullptr);
    CHECK_EQ(ParserMemory::reallocate(block, 70), nullptr);  // both exist for a moment
    block = ParserMemory::reallocate(block, 40);
    REQUIRE(block != nullptr);
    CHECK_EQ(memory.bytes(), 40);
    ParserMemory::release(block);
    ParserMemory::release(nullptr);
    CHECK_EQ(memory.bytes(), 0);
}

TEST_CASE("a location that is too long is skipped, with its fields") {
    const std::string longest(kLocBytesMax - 9, 'x');
    const Reading reading = read_sitemap(
        urlset_of("<url><loc>http://a/" + longest + "xx</loc><priority>0.1</priority></url>" +
                  "<url><loc>http://a/" + longest.substr(1) + " \n </loc></url>" +
                  "<url><image:loc>http://a/" + longest + "xx</image:loc></url>"));
    REQUIRE_EQ(reading.entries.size(), 1);
    CHECK_EQ(reading.entries[0].size(), 5 + kLocBytesMax - 1);
    CHECK_EQ(reading.result.skipped, 3);
}

TEST_CASE("of elements and references only so many are read, and of lists all that are meant") {
    const auto pieces = [](std::string_view piece) { return repeated(piece, 50'000); };
    for (const char* head : {"<urlset>", "<urlset><url><loc>http://a.example/"})
        for (const char* piece : {"<a/>", "&", "&amp;", "&#65;"}) {
            const Fed fed = feed(std::string(head) + std::string(kUrl), pieces(piece), 200 << 20);
            CAPTURE(head);
            CAPTURE(piece);
            CHECK_EQ(fed.result.outcome, SitemapOutcome::truncated);
            CHECK_LT(fed.bytes, 200 << 20);
        }
    // As many elements and line ends as 50 MiB may have of an entry that says anything.
    std::string images = "<url>\n<loc>http://a.example/</loc>\n";
    while (images.size() < 50 << 20)
        images += " <image:loc>http://a.example/?a&amp;b</image:loc>\n";
    images += "</url>";
    CHECK_EQ(read_sitemap(urlset_of(images), {.limits = {.bytes_max = 60 << 20}}).outcome(), "ok");
}

TEST_CASE("noise of all bytes ends somehow") {
    uint32_t state = 1;
    for (int round = 0; round < 300; ++round) {
        std::string text = round % 2 == 0 ? "<urlset><url><loc>http://a.example/" : "";
        for (int i = 0; i < 500; ++i) {
            state = state * 1664525 + 1013904223;
            constexpr std::string_view kMarks = "<>&;!-[]?/='\" urlsetloc";
            const uint32_t byte = state >> 24;
            text += byte < 160 ? kMarks[byte % kMarks.size()] : static_cast<char>(byte);
        }
        const Reading reading = read_sitemap(text);
        CHECK_EQ(reading.entries.size(), reading.result.urls + reading.result.others);
    }
}
