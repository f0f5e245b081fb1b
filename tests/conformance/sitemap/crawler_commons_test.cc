// The sitemaps of crawler-commons: every URL that its SiteMapParser finds is found.
// The links of its extensions, which are attributes of a page there, are entries of their kinds.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "support/suite.h"
#include "support/testdata.h"
#include "unit/sitemap/reading.h"

using namespace crawld;

namespace {

const std::filesystem::path kFolder = CRAWLD_TESTDATA "/sitemaps/crawler-commons";

bool skipped() {
    if (std::filesystem::exists(kFolder)) return false;
    std::cout << "SKIPPED: no sitemaps/crawler-commons in the test data\n";
    return true;
}

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::stringstream bytes;
    bytes << in.rdbuf();
    return bytes.str();
}

Reading read_file(const std::string& name, size_t piece = SIZE_MAX) {
    const std::string bytes = bytes_of(kFolder / name);
    REQUIRE_MESSAGE(!bytes.empty(), name);
    return read_sitemap(bytes, {.piece = piece});
}

struct Expected {
    std::string format;
    size_t urls;
    size_t images = 0;
    size_t videos = 0;
    size_t alternates = 0;
    const char* on_purpose = nullptr;  // why it differs, if it does
};
const std::map<std::string, Expected> kFiles{
    {"atom.xml",
     {.format = "atom",
      .urls = 1,
      .alternates = 1,
      .on_purpose = "an entry's second alternate link is handed out too"}},
    {"do-not-visit.txt", {.format = "text", .urls = 1}},
    {"sitemap-with-bom.txt", {.format = "text", .urls = 2}},
    {"sitemap.badns.xml", {.format = "urlset", .urls = 2}},
    {"sitemap.index.xml", {.format = "index", .urls = 15}},
    {"sitemap.ns.xml", {.format = "urlset", .urls = 2}},
    {"sitemap.txt", {.format = "text", .urls = 2}},
    {"sitemap.txt.gz", {.format = "text", .urls = 5}},
    {"xmlSitemap.gz", {.format = "urlset", .urls = 5}},
    {"rss/feed.rss", {.format = "rss", .urls = 4}},
    {"rss/xmlRss_pubDate.xml",
     {.format = "rss", .urls = 7, .on_purpose = "a date without a zone is UTC; there it is none"}},
    {"extension/hebdenbridgetimes-articles-sitemap.xml",
     {.format = "urlset", .urls = 74, .images = 100, .videos = 6}},
    {"extension/pagemaps-sitemap.xml", {.format = "urlset", .urls = 2}},
    {"extension/shinpaideshou-news-sitemap.xml", {.format = "urlset", .urls = 3}},
    {"extension/sitemap-images.xml", {.format = "urlset", .urls = 1, .images = 2}},
    {"extension/sitemap-links.xml", {.format = "urlset", .urls = 3, .alternates = 9}},
    {"extension/sitemap-mobile.xml", {.format = "urlset", .urls = 3}},
    {"extension/sitemap-news.xml", {.format = "urlset", .urls = 2}},
    {"extension/sitemap-videos-tvshow.xml",
     {.format = "urlset", .urls = 1, .images = 1, .videos = 4}},
    {"extension/sitemap-videos.xml", {.format = "urlset", .urls = 3, .images = 3, .videos = 4}},
};

size_t count_of(const Reading& reading, std::string_view kind) {
    return static_cast<size_t>(
        std::count_if(reading.entries.begin(), reading.entries.end(),
                      [&](const std::string& line) { return line.starts_with(kind); }));
}

bool reads_as(const Reading& reading, const Expected& expected) {
    return reading.outcome() == "ok" && reading.format() == expected.format &&
           reading.result.skipped == 0 && reading.result.urls == expected.urls &&
           count_of(reading, "image ") == expected.images &&
           count_of(reading, "video ") == expected.videos &&
           count_of(reading, "alternate ") == expected.alternates;
}

size_t occurrences(std::string_view text, std::string_view what) {
    size_t count = 0;
    for (size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1))
        ++count;
    return count;
}

}  // namespace

TEST_CASE("every file is read whole, with all of its URLs") {
    test::Suite suite("crawler-commons, sitemaps");
    if (test::lacks_testdata("sitemaps/crawler-commons", &suite)) return;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kFolder)) {
        const std::string name = std::filesystem::relative(entry.path(), kFolder).string();
        if (!entry.is_regular_file() || name == "LICENSE") continue;
        REQUIRE_MESSAGE(kFiles.contains(name), name << " is not in the table");
        const Expected& expected = kFiles.at(name);
        INFO(name);
        const Reading reading = read_file(name);
        const bool same = reads_as(reading, expected);
        CHECK_MESSAGE(same, reading.outcome() << ", " << reading.format() << "\n"
                                              << reading.joined());
        CHECK_EQ(read_file(name, 1).joined(), reading.joined());
        if (same && expected.on_purpose != nullptr)
            suite.add_difference(name, expected.on_purpose);
        else
            suite.add(same);
    }
    CHECK_EQ(suite.cases(), static_cast<int>(kFiles.size()));
}

TEST_CASE("the table agrees with a count of the tags") {
    if (skipped()) return;
    for (const auto& [name, expected] : kFiles) {
        if (!name.starts_with("extension/")) continue;
        INFO(name);
        const std::string text = bytes_of(kFolder / name);
        CHECK_EQ(expected.urls, occurrences(text, "<loc>"));
        CHECK_EQ(expected.images,
                 occurrences(text, "<image:loc>") + occurrences(text, "<video:thumbnail_loc>"));
        CHECK_EQ(expected.videos, occurrences(text, "<video:content_loc>") +
                                      occurrences(text, "<video:player_loc") +
                                      occurrences(text, "<video:content_segment_loc"));
    }
}

TEST_CASE("the protocol's example, compressed") {
    if (skipped()) return;
    CHECK_EQ(read_file("xmlSitemap.gz").joined(),
             "page http://www.example.com/ lastmod=2005-01-01T00:00:00.000000Z priority=0.80 "
             "changefreq=monthly\n"
             "page http://www.example.com/catalog?item=12&desc=vacation_hawaii changefreq=weekly\n"
             "page http://www.example.com/catalog?item=73&desc=vacation_new_zealand "
             "lastmod=2004-12-23T00:00:00.000000Z changefreq=weekly\n"
             "page http://www.example.com/catalog?item=74&desc=vacation_newfoundland "
             "lastmod=2004-12-23T18:00:15.000000Z priority=0.30\n"
             "page http://www.example.com/catalog?item=83&desc=vacation_usa "
             "lastmod=2004-11-23T00:00:00.000000Z\n");
}

TEST_CASE("the feeds") {
    if (skipped()) return;
    CHECK_EQ(read_file("atom.xml").joined(),
             "alternate http://example.org/2003/12/13/atom03.html\n"
             "page http://example.org/2003/12/13/atom03 lastmod=2003-12-13T18:30:02.000000Z\n");
    CHECK_EQ(read_file("rss/feed.rss").joined(),
             "page https://www.example.com/blog/post/1 lastmod=2009-09-06T16:20:00.000000Z\n"
             "page https://www.example.com/guid.html\n"
             "page https://www.example.com/foo?q=a&l=en\n"
             "page https://www.example.com/foo?q=a&l=fr\n");
    CHECK_EQ(read_file("rss/xmlRss_pubDate.xml").joined(),
             "page http://www.example.com/article_1 lastmod=2017-01-05T12:34:51.000000Z\n"
             "page http://www.example.com/article_2 lastmod=2017-01-05T12:34:52.000000Z\n"
             "page http://www.example.com/article_3 lastmod=2017-01-05T12:34:53.000000Z\n"
             "page http://www.example.com/article_4 lastmod=2017-01-05T12:34:54.000000Z\n"
             "page http://www.example.com/article_5 lastmod=2017-01-05T13:34:55.000000Z\n"
             "page http://www.example.com/article_6\npage http://www.example.com/article_7\n");
}

TEST_CASE("the odd ones") {
    if (skipped()) return;
    const std::string two =
        "page http://www.example.com/1 changefreq=daily\n"
        "page http://www.example.com/2 changefreq=daily\n";
    CHECK_EQ(read_file("sitemap.ns.xml").joined(), two);
    CHECK_EQ(read_file("sitemap.badns.xml").joined(), two);
    const Reading index = read_file("sitemap.index.xml");
    CHECK_EQ(index.entries.front(),
             "sitemap https://example.com/sitemap.jss?portalCode=10260&lang=en");
    const Reading show = read_file("extension/sitemap-videos-tvshow.xml");
    CHECK_EQ(show.entries.back(), "page https://example.org/my-tv-show/23/13/");
    const Reading news = read_file("extension/sitemap-news.xml");
    CHECK_EQ(
        news.entries.front(),
        "page http://www.example.org/business/article55.html lastmod=2008-12-23T00:00:00.000000Z");
}
