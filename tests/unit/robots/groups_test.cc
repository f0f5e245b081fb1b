#include "robots/groups.h"

#include <doctest/doctest.h>

#include <string>

#include "robots/robots.h"

using namespace crawld;

namespace {

RobotsGroup group(std::string_view body, std::string_view product = "crawld") {
    RobotsLines lines(body);
    RobotsGroups groups(product);
    while (const auto line = lines.next())
        groups.take(*line);
    return std::move(groups).ours();
}
// The rules' texts, joined.
std::string rules(std::string_view body, std::string_view product = "crawld") {
    std::string out;
    for (const Rule& rule : group(body, product).rules)
        out += rule.text.substr(10) + " ";
    return out;
}
std::optional<Duration> delay(std::string_view body) {
    return group(body).crawl_delay;
}

}  // namespace

TEST_CASE("2.2.1: the token is matched whole, without case and version") {
    for (const char* ours : {"crawld", "CrawlD", "crawld/1.0", "crawld (friendly)"})
        CHECK_EQ(rules("User-agent: " + std::string(ours) + "\nDisallow: /a"), "/a ");
    for (const char* other : {"crawldog", "craw", "crawld-images", "crawld_x", "", "/crawld"})
        CHECK_EQ(rules("User-agent: " + std::string(other) + "\nDisallow: /a"), "");
}

TEST_CASE("2.2.1: groups for the same token are merged, and replace those for everybody") {
    constexpr std::string_view kBody =
        "User-agent: *\nDisallow: /all\n"
        "User-agent: a\nUser-agent: crawld\nDisallow: /1\n"
        "User-agent: b\nDisallow: /b\n"
        "User-agent: *\nDisallow: /all2\n"
        "User-agent: crawld\nDisallow: /2\n";
    CHECK_EQ(rules(kBody), "/1 /2 ");
    CHECK_EQ(rules(kBody, "c"), "/all /all2 ");
    CHECK_EQ(rules(kBody, ""), "/all /all2 ");
}

TEST_CASE("a group that names us replaces the one for everybody even if it has no rules") {
    CHECK_EQ(rules("User-agent: *\nDisallow: /\n\nUser-agent: crawld\nDisallow:\n"), "");
    CHECK_EQ(rules("User-agent: *\nDisallow: /\n\nUser-agent: crawld\n"), "");
}

TEST_CASE("a group for us and for everybody is for both") {
    constexpr std::string_view kBody = "User-agent: *\nUser-agent: crawld\nDisallow: /x\n";
    CHECK_EQ(rules(kBody), "/x ");
    CHECK_EQ(rules(kBody, "other"), "/x ");
}

TEST_CASE("an empty rule ends the user-agent lines like any rule") {
    CHECK_EQ(rules("User-agent: crawld\nDisallow:\nUser-agent: b\nDisallow: /b\n"), "");
}

TEST_CASE("2.2.4: other records end no group") {
    for (const char* other : {"Sitemap: http://a/s", "Crawl-delay: 5", "Host: a", "Noindex: /x"})
        CHECK_EQ(
            rules("User-agent: crawld\n" + std::string(other) + "\nUser-agent: b\nDisallow: /x\n"),
            "/x ");
}

TEST_CASE("rules before any user-agent line are for nobody") {
    CHECK_EQ(rules("Disallow: /\nUser-agent: *\nDisallow: /x"), "/x ");
}

TEST_CASE("Crawl-delay is for the user-agent lines right before it") {
    CHECK_EQ(delay("User-agent: *\nDisallow: /x\nCrawl-delay: 3\n"), seconds(3));
    CHECK_EQ(delay("User-agent: crawld\nCrawl-delay: 9\nUser-agent: b\nCrawl-delay: 1\n"),
             seconds(9));
    CHECK_EQ(delay("User-agent: b\nCrawl-delay: 9\nUser-agent: crawld\nCrawl-delay: 1\n"),
             seconds(1));
    CHECK_EQ(delay("User-agent: *\nCrawl-delay: 9\nUser-agent: crawld\nDisallow: /x\n"),
             std::nullopt);
    CHECK_EQ(delay("Crawl-delay: 9\nUser-agent: *\nDisallow: /x\n"), std::nullopt);
}

TEST_CASE("of several delays the longest counts, and nonsense is passed over") {
    CHECK_EQ(delay("User-agent: *\nCrawl-delay: 2\nCrawl-delay: 7\nCrawl-delay: x\n"
                   "Crawl-delay: 4\n"),
             seconds(7));
}

TEST_CASE("a delay is a decimal number of seconds") {
    CHECK_EQ(parse_crawl_delay("10"), seconds(10));
    CHECK_EQ(parse_crawl_delay("0.5"), milliseconds(500));
    CHECK_EQ(parse_crawl_delay(".25"), milliseconds(250));
    CHECK_EQ(parse_crawl_delay("1."), seconds(1));
    CHECK_EQ(parse_crawl_delay("1.00000099"), seconds(1));
    CHECK_GT(parse_crawl_delay("99999999999999999999999").value(), hours(24 * 365));
    for (const char* bad :
         {"", ".", "0", "0.0", "-1", "+1", "1e3", "10s", "1,5", "1.2.3", "inf", "0x10"})
        CHECK_MESSAGE(!parse_crawl_delay(bad).has_value(), bad);
}

TEST_CASE("sitemaps are collected from the whole file, each once, as written") {
    const auto parsed = RobotsRules::parse(
        "Sitemap: http://a/1.xml\nUser-agent: other\nsitemap :/2.xml\nDisallow: /\n"
        "SITEMAP: http://a/1.xml # again\nSitemap:\n",
        "crawld");
    CHECK_EQ(parsed.sitemaps(), std::vector<std::string>{"http://a/1.xml", "/2.xml"});
}

TEST_CASE("Content-Usage is kept for whom it is said, and ends no group") {
    const auto usage = [](std::string_view body) { return group(body).usage; };
    CHECK_EQ(usage("User-agent: *\nCONTENT-USAGE: train-ai=n\nAllow: /\n"
                   "Content-Usage: /blog train-ai=y\n"),
             "train-ai=n; /blog train-ai=y");
    CHECK_EQ(usage("User-agent: *\nContent-Usage: a\n\nUser-agent: crawld\nContent-Usage: b\n"),
             "b");
    CHECK_EQ(usage("User-agent: *\nContent-Usage: a\nUser-agent: crawld\nDisallow: /\n"), "");
    CHECK_EQ(usage("User-agent: x\nUser-agent: crawld\nContent-Usage: b\n"), "b");
    CHECK_EQ(usage("Content-Usage: a\nContent-Usage:\n"), "");
    CHECK_EQ(rules("User-agent: crawld\nContent-Usage: a\nUser-agent: x\nDisallow: /y\n"), "/y ");
    CHECK_EQ(delay("User-agent: crawld\nContent-Usage: a\nUser-agent: x\nCrawl-delay: 2\n"),
             seconds(2));
    std::string many = "User-agent: *\n";
    for (int i = 0; i < 1'000; ++i)
        many += "Content-Usage: train-ai=n\n";
    CHECK_LE(usage(many).size(), kUsageLinesBytesMax);
    CHECK_GT(usage(many).size(), kUsageLinesBytesMax - 20);
    CHECK_EQ(RobotsRules::parse("User-agent: *\nContent-Usage: a", "crawld").usage(), "a");
}
