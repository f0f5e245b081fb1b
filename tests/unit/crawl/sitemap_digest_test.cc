#include "crawl/sitemap_digest.h"

#include <doctest/doctest.h>

#include "base/fingerprint.h"
#include "frontier/types.h"
#include "support/coded_bodies.h"
#include "support/peak_memory.h"

using namespace crawld;

namespace {

// A sitemap at http://www.example.org/dir/map in the scope of its domain.
class Sitemap {
  public:
    Sitemap() {
        auto scope = Scope::make({.within = ScopePreset::domain}, suffixes_);
        REQUIRE(scope.has_value());
        const auto url = CanonicalUrl::parse("http://www.example.org/dir/map");
        (*scope)->add_seed(*url);
        request.url = *url;
        request.content_type = "application/xml";
        request.named_sitemap = true;
        request.scope = *scope;
        request.suffixes = suffixes_;
        request.product = "crawld";
    }
    PageFacts facts(std::string body) {
        take(std::move(body));
        return digest_sitemap(request);
    }
    // By digest_body(), where the body itself decides.
    PageFacts as_sitemap(std::string body) { return by_body(std::move(body), true); }
    PageFacts as_page(std::string body) { return by_body(std::move(body), false); }

    DigestRequest request;
    HostOptions options;

  private:
    void take(std::string body) {
        request.body = std::move(body);
        request.options = std::make_shared<const HostOptions>(options);
    }
    PageFacts by_body(std::string body, bool named_sitemap) {
        take(std::move(body));
        request.named_sitemap = named_sitemap;
        return digest_body(request);
    }

    std::shared_ptr<const Suffixes> suffixes_ = std::make_shared<Suffixes>();
};

std::string urlset(std::string_view locs) {
    return "<urlset>" + std::string(locs) + "</urlset>";
}

}  // namespace

TEST_CASE_FIXTURE(Sitemap, "listed pages are one step from the seed, once each, and in scope") {
    request.depth = 2;
    const PageFacts found = facts(
        urlset("<url><loc>http://example.org/a</loc></url><url><loc>http://example.org/a#x</loc>"
               "</url><url><loc>http://other.test/b</loc></url><url><loc>c d</loc></url>"));
    REQUIRE(found.urls.size() == 2);
    CHECK_EQ(found.urls[0].url.href(), "http://example.org/a");
    CHECK(found.urls[0].depth == 1);
    CHECK(found.urls[0].discovery == Discovery::link);
    CHECK_EQ(found.urls[1].url.href(), "http://www.example.org/dir/c%20d");
    CHECK(found.left_out.of("out-of-scope") == 1);
    CHECK(found.links_found == 4);
    CHECK_EQ(found.parser, "urlset");
    CHECK(found.detail.empty());
}

TEST_CASE_FIXTURE(Sitemap, "an index leads to sitemaps, two levels down and no further") {
    const std::string index =
        "<sitemapindex><sitemap><loc>/next.xml</loc></sitemap></sitemapindex>";
    options.limits.depth = 1;  // counts pages, not lists
    for (const uint16_t depth : {uint16_t{0}, uint16_t{1}}) {
        request.depth = depth;
        const PageFacts found = facts(index);
        REQUIRE(found.urls.size() == 1);
        CHECK(found.urls[0].discovery == Discovery::manifest);
        CHECK(found.urls[0].depth == depth + 1);
        CHECK(found.urls[0].priority == Priority::seed);
    }
    request.depth = kSitemapDepthMax;
    CHECK(facts(index).urls.empty());
}

TEST_CASE_FIXTURE(Sitemap, "images count if embeds do") {
    const std::string map =
        urlset("<url><loc>/p</loc><image:image><image:loc>/i.png</image:loc></image:image></url>");
    CHECK(facts(map).urls.size() == 1);
    options.html.embeds = true;
    const PageFacts found = facts(map);
    REQUIRE(found.urls.size() == 2);
    CHECK(found.urls[0].priority == Priority::embed);  // stands before its page
}

TEST_CASE_FIXTURE(Sitemap, "a priority is a level, and lastmod goes with its URL") {
    const auto entry = [](std::string_view loc, std::string_view fields) {
        return "<url><loc>" + std::string(loc) + "</loc>" + std::string(fields) + "</url>";
    };
    const PageFacts found = facts(
        urlset(entry("/0", "") + entry("/1", "<priority>0.79</priority>") +
               entry("/2", "<priority>0.8</priority><lastmod>1970-01-02</lastmod>") +
               entry("/3", "<priority>1.0</priority>") + entry("/4", "<priority>0.21</priority>") +
               entry("/5", "<priority>0.2</priority><lastmod>soon</lastmod>") +
               entry("/6", "<priority>7</priority>")));
    REQUIRE(found.urls.size() == 7);
    std::string levels;
    for (const NewUrl& url : found.urls)
        levels += url.priority == Priority::seed    ? 's'
                  : url.priority == Priority::embed ? 'e'
                                                    : 'l';
    CHECK_EQ(levels, "llsslel");
    CHECK(found.urls[2].lastmod == WallTime{hours(24)});
    CHECK(found.urls[5].lastmod == WallTime{});
}

TEST_CASE_FIXTURE(Sitemap, "what a sitemap says of a page counts where it came up before") {
    const PageFacts found = facts(
        urlset("<url><loc>/en</loc><xhtml:link rel='alternate' hreflang='de' href='/de'/></url>"
               "<url><loc>/de</loc><priority>0.9</priority><lastmod>1970-01-02</lastmod></url>"
               "<url><loc>http://other.test/</loc></url><url><loc>http://other.test/</loc></url>"));
    REQUIRE(found.urls.size() == 2);
    CHECK_EQ(found.urls[0].url.href(), "http://www.example.org/de");
    CHECK(found.urls[0].priority == Priority::seed);
    CHECK(found.urls[0].lastmod == WallTime{hours(24)});
    CHECK(found.left_out.of("out-of-scope") == 1);
}

TEST_CASE_FIXTURE(Sitemap, "what stands before a defect counts, and the log says where it is") {
    const PageFacts found = facts("<urlset>\n<url><loc>/a</loc></url></wrong>");
    CHECK(found.urls.size() == 1);
    CHECK_EQ(found.detail.substr(0, 22), "sitemap malformed at 2");
    CHECK(
        facts("<!DOCTYPE x [<!ENTITY a 'b'>]><urlset/>").detail.starts_with("sitemap dtd_refused"));
    CHECK(facts("<html><body>Not found</body></html>").parser == "html");
}

TEST_CASE_FIXTURE(Sitemap, "no more than kListedMax URLs of all kinds") {
    std::string map;
    for (int page = 0; page < 20; ++page) {
        map += "<url><loc>/" + std::to_string(page) + "</loc>";
        for (int n = 0; n < 6'000; ++n)
            map += "<xhtml:link rel='alternate' hreflang='de' href='/" + std::to_string(page) +
                   "/" + std::to_string(n) + "'/>";
        map += "</url>";
    }
    CHECK(facts(urlset(map)).urls.size() == kListedMax);
}

TEST_CASE_FIXTURE(Sitemap, "long URLs are found as far as there is room for them") {
    request.url =
        *CanonicalUrl::parse("http://www.example.org/" + std::string(1'900, 'd') + "/map");
    std::string map;
    for (size_t n = 0; n < 50'000; ++n)
        map += "<url><loc>" + std::to_string(n) + "</loc></url>";
    const PageFacts found = facts(urlset(map));
    CHECK_GT(found.urls.size(), 10'000);
    CHECK_EQ(found.urls.size() + found.left_out.of("found-bytes"), 50'000);
    uint64_t held = found.urls.capacity() * sizeof(NewUrl);
    for (const NewUrl& url : found.urls)
        held += url.url.href().capacity();
    CHECK_EQ(held, found.found_bytes);
    CHECK_LE(held, found_bytes_max(kListedMax));
}

TEST_CASE_FIXTURE(Sitemap, "a gzip file is read, and one that came gzip-coded besides") {
    const std::string map = urlset("<url><loc>/a</loc></url>");
    request.content_type = "application/gzip";
    CHECK(facts(test::gzipped(map)).urls.size() == 1);
    request.content_encoding = "gzip";
    CHECK(facts(test::gzipped(test::gzipped(map))).urls.size() == 1);
    const PageFacts coded = facts(test::gzipped(map));
    CHECK(coded.urls.size() == 1);
    CHECK_EQ(coded.digest, "xxh128:" + to_hex(fingerprint128(map)));
    CHECK(coded.bytes_body == map.size());
    const std::string cut = test::gzipped(map + std::string(100, ' '));
    const PageFacts broken = facts(cut.substr(0, cut.size() - 4));
    CHECK(broken.urls.size() == 1);
    CHECK(broken.verdict == DecodeVerdict::truncated);
    CHECK_EQ(broken.detail, "gzip data ends early");
}

TEST_CASE_FIXTURE(Sitemap, "what a bomb decodes to is not in memory") {
    const std::string bomb =
        test::gzipped(urlset("<url><loc>/a</loc></url>") + std::string(60 << 20, ' '));
    for (const char* coding : {"", "gzip"}) {
        request.content_encoding = coding;
        const test::PeakMemory memory;
        const PageFacts found = facts(bomb);
        CHECK(memory.grown_kib() < 8 * 1024);
        CHECK(found.urls.size() == 1);
    }
    CHECK(facts(bomb).verdict == DecodeVerdict::capped);
}

TEST_CASE_FIXTURE(Sitemap, "a page that is named as a sitemap is read as a page") {
    const std::string page = "<!doctype html><title>a</title><a href=/a>a</a><a href=/b>b</a>";
    request.content_type = "text/html; charset=utf-8";
    request.depth = 1;
    const PageFacts found = as_sitemap(page);
    CHECK_EQ(found.parser, "scanner");
    REQUIRE(found.urls.size() == 2);
    CHECK(found.urls[0].discovery == Discovery::link);
    CHECK(found.urls[0].depth == 2);
    CHECK(found.detail.empty());
    CHECK(as_sitemap("Welcome! <a href=/a>a</a>").urls.size() == 1);
    options.fetch.body_max = ByteSize{page.size() - 1};
    CHECK(as_sitemap(page).verdict == DecodeVerdict::capped);
    options = {};
    request.content_encoding = "gzip";
    CHECK(as_sitemap(test::gzipped(page)).urls.size() == 2);
    request.content_encoding.clear();
    request.content_type.clear();  // it begins like a page
    CHECK(as_sitemap(page).urls.size() == 2);
}

TEST_CASE_FIXTURE(Sitemap,
                  "a list that is named as a sitemap is read as one, sent as what it may") {
    const std::string map = urlset("<url><loc>/a</loc></url>");
    for (const char* type : {"text/html", "", "text/plain", "application/octet-stream"}) {
        request.content_type = type;
        CHECK_EQ(as_sitemap("<?xml version='1.0'?>\n" + map).parser, "urlset");
        CHECK_EQ(as_sitemap(map).parser, "urlset");
        CHECK_EQ(as_sitemap(test::gzipped(map)).parser, "urlset");
        CHECK_EQ(as_sitemap("http://example.org/a\n").parser, "text");
        CHECK_EQ(as_sitemap("<rss><channel><item><link>/a</link></item></channel></rss>").parser,
                 "rss");
    }
}

TEST_CASE_FIXTURE(Sitemap, "a sitemap that is found as a link is read as a first one") {
    const std::string map = urlset("<url><loc>/a</loc></url>");
    const std::string index = "<x:sitemapindex><sitemap><loc>/b</loc></sitemap></x:sitemapindex>";
    request.depth = 7;
    const PageFacts found = as_page(map);
    CHECK_EQ(found.parser, "urlset");
    REQUIRE(found.urls.size() == 1);
    CHECK(found.urls[0].depth == 1);
    CHECK(as_page(test::gzipped(map)).urls.size() == 1);
    request.content_type = "text/html";
    CHECK(as_page("<?xml version='1.0'?><!-- by a script -->" + map).urls.size() == 1);
    const PageFacts further = as_page(index);
    REQUIRE(further.urls.size() == 1);
    CHECK(further.urls[0].discovery == Discovery::manifest);
    CHECK(further.urls[0].depth == 1);
    options.sitemaps.robots = false;
    CHECK(as_page(index).urls.empty());
    options.sitemaps.well_known = true;
    CHECK(as_page(index).urls.size() == 1);
}

TEST_CASE_FIXTURE(Sitemap, "feeds, lists as text and pages about sitemaps are pages") {
    request.content_type = "application/rss+xml";
    CHECK(as_page("<rss><channel><item><link>/a</link></item></channel></rss>").urls.empty());
    request.content_type = "text/plain";
    CHECK(as_page("http://example.org/urlset\n").urls.empty());
    request.content_type = "text/html";
    const PageFacts found = as_page("<html><a href=/a>the urlset</a><pre>" +
                                    urlset("<url><loc>/b</loc></url>") + "</pre>");
    REQUIRE(found.urls.size() == 1);
    CHECK_EQ(found.urls[0].url.path(), "/a");
    request.is_page = false;  // what a host says where there is nothing
    CHECK(as_page(urlset("<url><loc>/a</loc></url>")).urls.empty());
    CHECK(as_sitemap(urlset("<url><loc>/a</loc></url>")).urls.empty());
}

TEST_CASE_FIXTURE(Sitemap, "the bases of a feed are relative to where it lies") {
    const PageFacts found = as_sitemap(
        "<feed><entry xml:base='blog/'><link href='1'/></entry><entry><link href='2'/></entry>"
        "<entry xml:base='//[/'><link href='3'/></entry></feed>");
    REQUIRE(found.urls.size() == 2);
    CHECK_EQ(found.urls[0].url.href(), "http://www.example.org/dir/blog/1");
    CHECK_EQ(found.urls[1].url.href(), "http://www.example.org/dir/2");
}
