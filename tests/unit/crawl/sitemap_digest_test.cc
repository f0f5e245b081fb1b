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
        request.scope = *scope;
        request.suffixes = suffixes_;
        request.product = "crawld";
    }
    PageFacts facts(std::string body) {
        request.body = std::move(body);
        request.options = std::make_shared<const HostOptions>(options);
        return digest_sitemap(request);
    }

    DigestRequest request;
    HostOptions options;

  private:
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
