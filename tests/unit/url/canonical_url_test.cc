#include <doctest/doctest.h>

#include "url/url.h"

using namespace crawld;

namespace {
std::string canonical(std::string_view text) {
    const auto url = CanonicalUrl::parse(text);
    return url ? url->href() : "(none)";
}
}  // namespace

TEST_CASE("credentials and fragment are dropped") {
    CHECK(canonical("https://user:secret@h.example/a#top") == "https://h.example/a");
}

TEST_CASE("the default port is dropped, another stays") {
    CHECK(canonical("http://h:80/") == "http://h/");
    CHECK(canonical("https://h:443/") == "https://h/");
    CHECK(canonical("https://h:80/") == "https://h:80/");
    CHECK(canonical("http://h:0/") == "http://h:0/");
}

TEST_CASE("an empty query is dropped, an empty parameter is not") {
    CHECK(canonical("http://h/?") == "http://h/");
    CHECK(canonical("http://h/a?#x") == "http://h/a");
    CHECK(canonical("http://h/?a=&") == "http://h/?a=&");
    CHECK(canonical("http://h/??") == "http://h/??");
}

TEST_CASE("one trailing dot of the host is dropped; a host with an empty last label is none") {
    CHECK(canonical("http://h.example./") == "http://h.example/");
    CHECK(canonical("http://h.example../") == "(none)");
    CHECK(canonical("http://./") == "(none)");
}

TEST_CASE("escapes have one form in path and query") {
    CHECK(canonical("http://h/%7euser/%2f?q=%e4%41%") == "http://h/~user/%2F?q=%E4A%25");
}

TEST_CASE("what may mean something to the server stays") {
    CHECK(canonical("http://h//a///b") == "http://h//a///b");
    CHECK(canonical("http://h/A?b=2&a=1&b=1") == "http://h/A?b=2&a=1&b=1");
    CHECK(canonical("http://h/index.html") == "http://h/index.html");
    CHECK(canonical("http://www.h/") == "http://www.h/");
}

TEST_CASE("only http and https") {
    for (const char* text :
         {"ftp://h/", "file:///x", "mailto:a@b", "ws://h/", "data:,x", "h/x", ""})
        CHECK(canonical(text) == "(none)");
}

TEST_CASE("the parts of a canonical URL") {
    const auto url = CanonicalUrl::parse("https://example.org:8080/a/b?q=1");
    REQUIRE(url);
    CHECK(url->https());
    CHECK(url->scheme() == "https");
    CHECK(url->host() == "example.org");
    CHECK(url->host_for_connect() == "example.org");
    CHECK(url->port() == 8080);
    CHECK(url->authority() == "https://example.org:8080");
    CHECK(url->path() == "/a/b");
    CHECK(url->path_and_query() == "/a/b?q=1");
    CHECK(url->query() == "q=1");
}

TEST_CASE("the parts where there is no port and no query") {
    const auto url = CanonicalUrl::parse("http://example.org");
    REQUIRE(url);
    CHECK(!url->https());
    CHECK(url->port() == 80);
    CHECK(url->authority() == "http://example.org");
    CHECK(url->path() == "/");
    CHECK(url->path_and_query() == "/");
    CHECK(url->query() == "");
}

TEST_CASE("the parts of a URL with colons, slashes and question marks all over") {
    const auto url = CanonicalUrl::parse("http://[2001:db8::1]:81/a:b@c?d?e/f:g");
    REQUIRE(url);
    CHECK(url->host() == "[2001:db8::1]");
    CHECK(url->host_for_connect() == "2001:db8::1");
    CHECK(url->port() == 81);
    CHECK(url->path() == "/a:b@c");
    CHECK(url->query() == "d?e/f:g");
}

TEST_CASE("trusted text gets the parts that parsing found") {
    for (const char* text :
         {"http://h/", "https://h:8443/a?b", "http://[::1]/", "https://a.b/?x:/"}) {
        const auto parsed = CanonicalUrl::parse(text);
        REQUIRE(parsed);
        const CanonicalUrl trusted = CanonicalUrl::trusted(text);
        CHECK(trusted == *parsed);
        CHECK(trusted.host() == parsed->host());
        CHECK(trusted.port() == parsed->port());
        CHECK(trusted.path() == parsed->path());
        CHECK(trusted.query() == parsed->query());
        CHECK(trusted.https() == parsed->https());
    }
}
