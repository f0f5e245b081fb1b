// Url: what the suites of others do not say. See tests/conformance/url/wpt_test.cc.
#include "url/url.h"

#include <doctest/doctest.h>

using namespace crawld;

namespace {
std::string resolved_href(std::string_view input, std::string_view base) {
    const auto parsed = Url::parse(base);
    REQUIRE(parsed);
    const auto url = Url::parse(input, &*parsed);
    return url ? url->href() : "failure";
}
}  // namespace

TEST_CASE("RFC 3986 5.4: the examples of reference resolution") {
    constexpr std::string_view kBase = "http://a/b/c/d;p?q";
    CHECK(resolved_href("g", kBase) == "http://a/b/c/g");
    CHECK(resolved_href("./g", kBase) == "http://a/b/c/g");
    CHECK(resolved_href("g/", kBase) == "http://a/b/c/g/");
    CHECK(resolved_href("/g", kBase) == "http://a/g");
    CHECK(resolved_href("//g", kBase) == "http://g/");
    CHECK(resolved_href("?y", kBase) == "http://a/b/c/d;p?y");
    CHECK(resolved_href("g?y", kBase) == "http://a/b/c/g?y");
    CHECK(resolved_href("#s", kBase) == "http://a/b/c/d;p?q#s");
    CHECK(resolved_href("g;x=1/../y", kBase) == "http://a/b/c/y");
    CHECK(resolved_href("", kBase) == "http://a/b/c/d;p?q");
    CHECK(resolved_href("..", kBase) == "http://a/b/");
    CHECK(resolved_href("../../../../g", kBase) == "http://a/g");
    CHECK(resolved_href("g..", kBase) == "http://a/b/c/g..");
    CHECK(resolved_href("./g/.", kBase) == "http://a/b/c/g/");
}

TEST_CASE("invalid UTF-8 counts as U+FFFD") {
    const auto url = Url::parse("http://h/a\xFF?\xC3#\x80");
    REQUIRE(url);
    CHECK(url->href() == "http://h/a%EF%BF%BD?%EF%BF%BD#%EF%BF%BD");
    CHECK(!Url::parse("http://h\xFF/"));
}

TEST_CASE("an input of the greatest length parses, a longer one does not") {
    std::string text = "http://h/";
    text.resize(kUrlInputBytesMax, 'x');
    CHECK(Url::parse(text));
    text += 'x';
    CHECK(!Url::parse(text));
    CHECK(!CanonicalUrl::parse(text));
}

TEST_CASE("is_special knows the six schemes") {
    for (const char* text : {"http://h", "https://h", "ws://h", "wss://h", "ftp://h", "file:///"})
        CHECK(Url::parse(text)->is_special());
    for (const char* text : {"mailto:a", "data:,", "httpx://h", "gopher://h"})
        CHECK(!Url::parse(text)->is_special());
}
