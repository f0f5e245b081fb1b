// The robots files of crawler-commons: read without loss, and as RFC 9309 says.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

#include "robots/robots.h"
#include "support/suite.h"
#include "support/testdata.h"

using namespace crawld;
using namespace crawld::test;

namespace {

const std::filesystem::path kFolder = CRAWLD_TESTDATA "/robots/crawler-commons";

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

RobotsRules rules_of(std::string_view name, std::string_view product) {
    const std::string text = text_of(kFolder / name);
    REQUIRE_MESSAGE(!text.empty(), name);
    return RobotsRules::parse(text, product);
}

bool allowed(std::string_view name, std::string_view product, std::string_view path) {
    return rules_of(name, product).decide(path).allowed;
}

}  // namespace

TEST_CASE("every file gives the same rules with any line ending and any byte order mark") {
    Suite suite("crawler-commons, robots.txt files");
    if (lacks_testdata("robots/crawler-commons", &suite)) return;
    for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
        const std::string text = text_of(entry.path());
        const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return c > 0; });
        if (entry.path().extension() != ".txt" || !ascii) continue;
        std::string lf, crlf, cr, utf16_be = "\xfe\xff", utf16_le = "\xff\xfe";
        for (const char c : text) {
            if (c == '\r') continue;
            lf += c;
            crlf += c == '\n' ? "\r\n" : std::string(1, c);
            cr += c == '\n' ? '\r' : c;
            utf16_be += std::string{'\0', c};
            utf16_le += std::string{c, '\0'};
        }
        const auto expected = RobotsRules::parse(lf, "mybot");
        bool same = true;
        for (const std::string& variant : {crlf, cr, "\xef\xbb\xbf" + lf, utf16_be, utf16_le}) {
            const auto rules = RobotsRules::parse(variant, "mybot");
            same = same && rules.rule_count() == expected.rule_count() &&
                   rules.crawl_delay() == expected.crawl_delay() &&
                   rules.sitemaps() == expected.sitemaps();
            for (const char* path : {"/", "/private/", "/gp/cart", "/a.gif", "/login", "/x?y=z"})
                same = same && rules.decide(path).line == expected.decide(path).line;
        }
        CHECK_MESSAGE(same, entry.path().filename().string());
        suite.add(same);
    }
    CHECK_GE(suite.cases(), 18);
}

TEST_CASE("the three files with a byte order mark have the same rules") {
    if (lacks_testdata("robots/crawler-commons")) return;
    for (const char* name : {"robots-with-utf8-bom.txt", "robots-with-utf16be-bom.txt",
                             "robots-with-utf16le-bom.txt"}) {
        const auto rules = rules_of(name, "foobot");
        CHECK_EQ(rules.rule_count(), 5);
        CHECK_FALSE(rules.decide("/login.aspx").allowed);
        CHECK(rules.decide("/other").allowed);
    }
}

TEST_CASE("the examples of RFC 9309") {
    Suite suite("RFC 9309, examples");
    if (lacks_testdata("robots/crawler-commons", &suite)) return;
    constexpr std::string_view kSimple = "rfc9309-example-simple-robots.txt";          // 5.1
    constexpr std::string_view kLongest = "rfc9309-example-longest-match-robots.txt";  // 5.2
    constexpr std::string_view kMerged = "rfc9309-example-rule-group-merging.txt";     // 2.2.1
    struct {
        std::string_view file, product, path;
        bool allowed;
    } const cases[] = {
        {kSimple, "anybot", "/", true},
        {kSimple, "anybot", "/publications/", true},
        {kSimple, "anybot", "/example/page.html", false},
        {kSimple, "anybot", "/images/a.gif", false},
        {kSimple, "anybot", "/images/a.gif?x", true},
        {kSimple, "other", "/publications/", true},
        {kSimple, "other", "/example/page.html", false},
        {kSimple, "other", "/images/a.gif", false},
        {kSimple, "foobot", "/", false},
        {kSimple, "foobot", "/example/page.html", true},
        {kSimple, "FooBot", "/example/allowed.gif", true},
        {kSimple, "barbot", "/images/a.gif", true},
        {kSimple, "barbot", "/example/page.html", false},
        {kSimple, "bazbot", "/images/a.gif", true},
        {kSimple, "bazbot", "/example/page.html", false},
        {kSimple, "quxbot", "/example/page.html", true},
        {kLongest, "foobot", "/example/page/", true},
        {kLongest, "foobot", "/example/page/disallowed.gif", false},
        {kMerged, "examplebot", "/baz", false},
        {kMerged, "bazbot", "/baz", false},
        {kMerged, "bazbot", "/foo", true},
        {kMerged, "anybot", "/foo", false},
        {kMerged, "anybot", "/baz", true},
    };
    for (const auto& expected : cases) {
        CAPTURE(expected.file);
        CAPTURE(expected.product);
        CAPTURE(expected.path);
        const bool found = allowed(expected.file, expected.product, expected.path);
        CHECK_EQ(found, expected.allowed);
        suite.add(found == expected.allowed);
    }
    CHECK_EQ(rules_of(kMerged, "examplebot").rule_count(), 3);
}

TEST_CASE("other records end no group; Crawl-delay is for the agents right before it") {
    if (lacks_testdata("robots/crawler-commons")) return;
    constexpr std::string_view kDelays = "crawl-delay-group-merging.txt";
    CHECK_EQ(rules_of(kDelays, "mybot").crawl_delay(), std::optional<Duration>(seconds(10)));
    CHECK_FALSE(allowed(kDelays, "mybot", "/private/"));
    CHECK(allowed(kDelays, "mybot", "/login/"));
    CHECK_EQ(rules_of(kDelays, "yourbot").crawl_delay(), std::nullopt);
    CHECK_FALSE(allowed(kDelays, "yourbot", "/private/"));
    CHECK_FALSE(allowed(kDelays, "yourbot", "/login/"));
    CHECK_EQ(rules_of(kDelays, "anybot").crawl_delay(), std::optional<Duration>(seconds(30)));
    CHECK(allowed(kDelays, "anybot", "/private/"));

    constexpr std::string_view kExtensions = "extensions-group-merging.txt";
    CHECK_FALSE(allowed(kExtensions, "mybot", "/private/"));
    CHECK_FALSE(allowed(kExtensions, "mybot", "/login/"));
    CHECK_FALSE(allowed(kExtensions, "yourbot", "/login/"));
    CHECK_FALSE(allowed(kExtensions, "anybot", "/x"));
    CHECK(allowed(kExtensions, "anybot", "/llms.txt"));
}

TEST_CASE("wildcards, sitemaps and broken lines") {
    if (lacks_testdata("robots/crawler-commons")) return;
    CHECK_FALSE(allowed("wildcards.txt", "googlebot", "/rss/people/someone/reviews"));
    CHECK(allowed("wildcards.txt", "googlebot", "/rss/people/someone"));
    CHECK_FALSE(allowed("wildcards.txt", "anybot", "/a/b/gcrnsts"));
    CHECK(allowed("wildcards.txt", "anybot", "/wishlist/universal-x"));
    CHECK_FALSE(allowed("wildcards.txt", "anybot", "/wishlist/other"));
    CHECK_EQ(rules_of("sitemap-robots-dedup.txt", "x").sitemaps().size(), 1);
    CHECK_EQ(rules_of("relative-sitemap-robots.txt", "x").sitemaps(),
             std::vector<std::string>{"/sitemap.xml"});
    CHECK_EQ(rules_of("format-errors-robots.txt", "x").sitemaps(),
             std::vector<std::string>{"/sitemap.xml"});
    // A token is letters, '-' and '_' (2.2.1): bot1 and bot3 are versions of bot.
    CHECK_FALSE(allowed("format-errors-robots.txt", "bot", "/no-colon/"));
    CHECK(allowed("format-errors-robots.txt", "bot", "/whitespace-before-colon"));
}
