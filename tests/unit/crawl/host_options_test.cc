#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

#include "crawl/options.h"

using namespace crawld;

namespace {

// Appends its match to `accept`, so that what applied and in which order can be read there.
HostOverlay overlay(const char* match) {
    return {match, [match](HostOptions& o) { o.fetch.accept += std::string(" ") + match; }, match};
}

HostOptionsTable table(const std::vector<const char*>& matches) {
    HostOptions base;
    base.fetch.accept = "base";
    std::vector<HostOverlay> overlays;
    for (const char* match : matches)
        overlays.push_back(overlay(match));
    return {base, overlays};
}

}  // namespace

TEST_CASE("all overlays that match apply, the most specific last, whatever their order") {
    const auto options = table({"www.example.org", "*.example.org", "*", "*.org", "*.example.com"});
    CHECK_EQ(options.for_host("www.example.org")->fetch.accept,
             "base * *.org *.example.org www.example.org");
    CHECK_EQ(options.for_host("a.b.example.org")->fetch.accept, "base * *.org *.example.org");
    CHECK_EQ(options.for_host("localhost")->fetch.accept, "base *");
}

TEST_CASE("*.example.org is every name below example.org at any depth, not itself") {
    const auto options = table({"*.example.org"});
    CHECK_EQ(options.for_host("a.example.org")->fetch.accept, "base *.example.org");
    CHECK_EQ(options.for_host("a.b.c.example.org")->fetch.accept, "base *.example.org");
    CHECK_EQ(options.for_host("example.org")->fetch.accept, "base");
    CHECK_EQ(options.for_host("notexample.org")->fetch.accept, "base");
}

TEST_CASE("of equal matches the later in the file has the last word") {
    HostOptions base;
    const HostOptionsTable options(
        base, {{"a.example", [](HostOptions& o) { o.fetch.retries = 1; }, ""},
               {"a.example", [](HostOptions& o) { o.fetch.retries = 2; }, ""}});
    CHECK_EQ(options.for_host("a.example")->fetch.retries, 2);
}

TEST_CASE("a match is compared without case, and addresses are hosts too") {
    const auto options = table({"WWW.Example.ORG", "192.0.2.1", "[2001:db8::1]"});
    CHECK_EQ(options.for_host("www.example.org")->fetch.accept, "base WWW.Example.ORG");
    CHECK_EQ(options.for_host("192.0.2.1")->fetch.accept, "base 192.0.2.1");
    CHECK_EQ(options.for_host("[2001:db8::1]")->fetch.accept, "base [2001:db8::1]");
}

TEST_CASE("hosts that the same overlays match share their options") {
    const auto options = table({"*.example.org", "b.example.org"});
    CHECK_EQ(options.for_host("a.example.org"), options.for_host("c.example.org"));
    CHECK_NE(options.for_host("a.example.org"), options.for_host("b.example.org"));
    CHECK_EQ(options.for_host("x.test"), options.for_host("y.test"));
}

TEST_CASE("odd names ask for nothing that is not there") {
    const auto options = table({"*.example.org"});
    for (const char* host : {"", ".", "..", "a.", ".a", "...example.org"})
        CHECK_NE(options.for_host(host), nullptr);
}

TEST_CASE("any number of threads may ask") {
    const auto options = table({"*.example.org", "b.example.org", "*"});
    const auto expected = options.for_host("b.example.org");
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 1'000; ++i) {
                if (options.for_host("b.example.org") != expected) std::abort();
                options.for_host(i % 2 == 0 ? "a.example.org" : "x.test");
            }
        });
    for (std::thread& thread : threads)
        thread.join();
    CHECK_EQ(expected->fetch.accept, "base * *.example.org b.example.org");
}

TEST_CASE("what cannot be a match is said in a sentence") {
    for (const char* good : {"*", "example.org", "*.example.org", "192.0.2.1", "[2001:db8::1]"})
        CHECK_EQ(overlay_match_problem(good), "");
    const std::string forms =
        "; write a host name (www.example.org), *.example.org for all names below it, or *";
    CHECK_EQ(overlay_match_problem(""), "\"\" is empty" + forms);
    CHECK_EQ(overlay_match_problem("https://example.org/"),
             "\"https://example.org/\" is a URL" + forms);
    CHECK_EQ(overlay_match_problem("www.*.org"),
             "\"www.*.org\" has a * elsewhere than in front" + forms);
    CHECK_EQ(overlay_match_problem("*example.org"),
             "\"*example.org\" has a * elsewhere than in front" + forms);
    CHECK_EQ(overlay_match_problem("b\u00fccher.example"),
             "\"b\u00fccher.example\" is not ASCII; write the xn-- form of the name" + forms);
    CHECK_EQ(overlay_match_problem("a b"), "\"a b\" holds a byte that no host name has" + forms);
}
