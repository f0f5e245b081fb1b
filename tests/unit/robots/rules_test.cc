#include <doctest/doctest.h>

#include <string>

#include "robots/robots.h"

using namespace crawld;

namespace {
bool allowed(std::string_view body, std::string_view path) {
    return RobotsRules::parse(body, "crawld").decide(path).allowed;
}
}  // namespace

TEST_CASE("the longest match wins, and allow wins ties") {
    constexpr std::string_view kBody =
        "User-agent: *\nDisallow: /a\nAllow: /a/b\nDisallow: /t\nAllow: /t\n";
    CHECK_FALSE(allowed(kBody, "/a/x"));
    CHECK(allowed(kBody, "/a/b/c"));
    CHECK(allowed(kBody, "/t/1"));
    CHECK(allowed(kBody, "/elsewhere"));
}

TEST_CASE("a group that names us replaces the one for everybody, and groups of one name merge") {
    constexpr std::string_view kBody =
        "User-agent: *\nDisallow: /\n\nUser-agent: CRAWLD\nDisallow: /x\n\n"
        "User-agent: other\nUser-agent: crawld/2.0\nDisallow: /y\nCrawl-delay: 2.5\n";
    CHECK(allowed(kBody, "/free"));
    CHECK_FALSE(allowed(kBody, "/x"));
    CHECK_FALSE(allowed(kBody, "/y"));
    CHECK_EQ(RobotsRules::parse(kBody, "crawld").crawl_delay().value(), milliseconds(2500));
    CHECK_FALSE(RobotsRules::parse("User-agent: crawldog\nDisallow: /", "crawld").decide("/").line >
                0);
}

TEST_CASE("the line that decided is told as written") {
    const auto rules =
        RobotsRules::parse("# hi\r\nUser-agent: *\r\nDISALLOW:  /p*q$ # end\r\n", "c");
    const auto decision = rules.decide("/p/1/q");
    CHECK_FALSE(decision.allowed);
    CHECK_EQ(decision.line, 3);
    CHECK_EQ(decision.rule, "DISALLOW: /p*q$");
    CHECK(rules.decide("/p/1/q/").allowed);
}

TEST_CASE("escapes compare in one spelling") {
    CHECK_FALSE(allowed("User-agent: *\nDisallow: /%7euser/\xc3\xa9", "/~user/%C3%A9"));
    CHECK_FALSE(allowed("User-agent: *\nDisallow: /a\"b", "/a%22b"));
    CHECK_FALSE(allowed("User-agent: *\nDisallow: /a%2fb", "/a%2Fb"));
    CHECK(allowed("User-agent: *\nDisallow: /a%2fb", "/a/b"));
}

TEST_CASE("a percent sign that escapes nothing is found as canonical URLs have it") {
    constexpr std::string_view kBody = "User-agent: *\nDisallow: /%a%a\nDisallow: /50%-off\n";
    CHECK_FALSE(allowed(kBody, "/%25a%25a/index.html"));
    CHECK_FALSE(allowed(kBody, "/50%25-off"));
    CHECK(allowed(kBody, "/%25a"));
    CHECK_FALSE(allowed("User-agent: *\nDisallow: /*%\n", "/a%20b"));
}

TEST_CASE("a file beyond 512 KiB is read up to its last whole line") {
    std::string body = "User-agent: *\nDisallow: /early\n";
    while (body.size() < kRobotsBytesMax - 40)
        body += "# " + std::string(60, 'x') + "\n";
    body += "Disallow: /cut" + std::string(100, 'y') + "\nDisallow: /late\n";
    CHECK_FALSE(allowed(body, "/early"));
    CHECK(allowed(body, "/cut"));
    CHECK(allowed(body, "/late"));
}

TEST_CASE("broken lines are no rules") {
    CHECK(allowed("Disallow: /\n", "/x"));
    CHECK(allowed("User-agent: *\nDisallow\nDisallow:\nAllow\n: /\n", "/x"));
    CHECK_EQ(RobotsRules::parse("User-agent: *\nCrawl-delay: soon\n", "c").crawl_delay(),
             std::nullopt);
    CHECK_EQ(RobotsRules::parse("Sitemap: http://a/s.xml\n", "c").sitemaps().size(), 1);
}

TEST_CASE("page directives: lists, names, values with colons") {
    CHECK(parse_meta_robots("NoIndex , nofollow").nofollow);
    CHECK(parse_meta_robots("none").noindex);
    CHECK_FALSE(parse_meta_robots("nofollowing, index").nofollow);
    CHECK(
        parse_x_robots_tag("noarchive, unavailable_after: 25 Jun 2010 15:00:00 PST, nofollow", "c")
            .nofollow);
    CHECK_FALSE(parse_x_robots_tag("otherbot: noindex, nofollow", "crawld").nofollow);
    CHECK(parse_x_robots_tag("otherbot: noindex, Crawld: none", "crawld").nofollow);
}

TEST_CASE("many rules: where an escaped slash may be in the query is not where it is") {
    std::string body = "User-agent: *\nDisallow: *%2Fa*x\n";
    for (int i = 0; i < 100; ++i)
        body += "Disallow: /*q" + std::to_string(i) + "*z\n";
    CHECK(allowed(body, "/a?xxx/a"));
    CHECK_FALSE(allowed(body, "/a?xxx/ax"));
    CHECK_FALSE(allowed(body, "/a?x/axx/a"));
    CHECK(allowed(body, "/ax?xxxx"));
}

TEST_CASE("of rules that say the same the first decides, and an allowing one before the others") {
    const auto rules = RobotsRules::parse(
        "User-agent: *\nDisallow: /a*b\nAllow: /%61*b\nDisallow: /a*b\nDisallow: /c*d\n"
        "Disallow: /c*d\nDisallow: /c*d$\n",
        "crawld");
    CHECK_EQ(rules.rule_count(), 6);
    CHECK_EQ(rules.decide("/a/b").line, 3);
    CHECK(rules.decide("/a/b").allowed);
    CHECK_EQ(rules.decide("/c/d/").line, 5);
    CHECK_EQ(rules.decide("/c/d").line, 7);
}

TEST_CASE("many rules: one that is a star alone is about every path") {
    std::string body = "User-agent: *\nDisallow: *\n";
    for (int i = 0; i < 100; ++i)
        body += "Allow: *q" + std::to_string(i) + "*z\n";
    CHECK_FALSE(allowed(body, "/"));
    CHECK_FALSE(allowed(body, "/x"));
    CHECK(allowed(body, "/q7z"));
}

TEST_CASE("the longest path that is decided about, and a longer one") {
    std::string body = "User-agent: *\nDisallow: /*~*x$\nAllow: /\n";
    for (int i = 0; i < 100; ++i)
        body += "Disallow: /*q" + std::to_string(i) + "*z\n";
    for (const char* const rules : {"User-agent: *\nDisallow: /*~*x$\nAllow: /\n", body.c_str()}) {
        const std::string longest = "/" + std::string(kRobotsPathBytesMax - 2, '"');
        CHECK(allowed(rules, longest + "x"));
        CHECK(allowed(rules, longest + "y"));
        CHECK_FALSE(allowed(rules, "/~" + longest.substr(2) + "x"));
        CHECK_FALSE(allowed(rules, longest + "yy"));
    }
}
