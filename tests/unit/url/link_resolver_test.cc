// That the fast path equals the parser is checked in tests/conformance/url/property_test.cc.
#include <doctest/doctest.h>

#include <algorithm>

#include "url/query_encoder.h"
#include "url/url.h"

using namespace crawld;

namespace {
LinkResolver resolver_of(std::string_view base) {
    auto url = Url::parse(base);
    REQUIRE(url);
    return LinkResolver(std::move(*url));
}
std::string resolved(std::string_view link, std::string_view base = "https://h.example/a/b?q") {
    const auto url = resolver_of(base).resolve(link);
    return url ? url->href() : "(none)";
}
}  // namespace

TEST_CASE("the kinds of link that pages have") {
    CHECK(resolved("http://Other.example:80/x") == "http://other.example/x");
    CHECK(resolved("//cdn.example/x.js") == "https://cdn.example/x.js");
    CHECK(resolved("/x") == "https://h.example/x");
    CHECK(resolved("x") == "https://h.example/a/x");
    CHECK(resolved("../x/./y/..") == "https://h.example/x/");
    CHECK(resolved("?page=2") == "https://h.example/a/b?page=2");
    CHECK(resolved("#top") == "https://h.example/a/b?q");
    CHECK(resolved("") == "https://h.example/a/b?q");
    CHECK(resolved("\xC3\xA9 x") == "https://h.example/a/%C3%A9%20x");
    CHECK(resolved(" \n/x\t ") == "https://h.example/x");
}

namespace {
// Writes the first byte of each character, and counts.
class FakeEncoder : public QueryEncoder {
  public:
    std::string encode(std::string_view query) override {
        ++calls;
        std::string out;
        std::copy_if(query.begin(), query.end(), std::back_inserter(out),
                     [](char c) { return (c & 0xC0) != 0x80; });
        return out;
    }
    int calls = 0;
};
}  // namespace

TEST_CASE("the charset's encoder writes queries, and nothing else, and is not asked for ASCII") {
    FakeEncoder encoder;
    const LinkResolver resolver(*Url::parse("http://h.example/dir/"), &encoder);
    CHECK(resolver.resolve("/a?b=%E4 <'>&c#d")->href() == "http://h.example/a?b=%E4%20%3C%27%3E&c");
    CHECK(resolver.resolve("\xC3\xA4")->href() == "http://h.example/dir/%C3%A4");
    CHECK(encoder.calls == 0);
    CHECK(resolver.resolve("\xC3\xA4?\xC3\xA4#\xC3\xA4")->href() ==
          "http://h.example/dir/%C3%A4?%C3");
    CHECK(encoder.calls == 1);
}

TEST_CASE("the three control characters that ISO-2022-JP refuses reach its encoder") {
    FakeEncoder encoder;
    const LinkResolver resolver(*Url::parse("http://h.example/"), &encoder);
    for (const char* link : {"/?\x0E.", "/?a\x0F.", "/?\x1B."})
        CHECK(resolver.resolve(link));
    CHECK(encoder.calls == 3);
}

TEST_CASE("web sockets and schemes that are not special ask in UTF-8 on every page") {
    FakeEncoder encoder;
    CHECK(Url::parse("ftp://h/?\xC3\xA4", nullptr, &encoder)->query == "%C3");
    for (const char* other : {"ws://h/?\xC3\xA4", "wss://h/?\xC3\xA4", "x:y?\xC3\xA4"})
        CHECK(Url::parse(other, nullptr, &encoder)->query == "%C3%A4");
}

TEST_CASE("links that lead nowhere") {
    for (const char* link : {"javascript:void(0)", "mailto:a@b", "tel:+1", "data:,x", "ftp://h/",
                             "http://", "https://[", "http://h:99999/", "//"})
        CHECK(resolved(link) == "(none)");
}

TEST_CASE("links of a base that is not http(s)") {
    CHECK(resolved("http://h/x", "data:,x") == "http://h/x");
    CHECK(resolved("/x", "data:,x") == "(none)");
    CHECK(resolved("//h/x", "file:///dir/") == "(none)");
}

TEST_CASE("a link whose canonical form is longer than the limit is refused") {
    LinkResolver resolver = resolver_of("http://h/");
    const std::string longest(resolver.url_bytes_max - std::string_view("http://h/").size(), 'x');
    CHECK(resolver.resolve(longest));
    CHECK(resolver.resolve(longest + "#and a fragment, which does not count"));
    CHECK(!resolver.resolve(longest + "x"));
    resolver.url_bytes_max = 12;
    CHECK(resolver.resolve("/abc"));
    CHECK(!resolver.resolve("/abcd"));
    CHECK(!resolver.resolve("/\xC3\xA9"));
}
