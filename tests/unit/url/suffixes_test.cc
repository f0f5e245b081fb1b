// The list itself is checked in tests/conformance/url/psl_test.cc.
#include "url/suffixes.h"

#include <doctest/doctest.h>

using namespace crawld;

TEST_CASE("the registrable domain is a view into the host") {
    const Suffixes suffixes;
    const std::string_view host = "www.example.co.uk";
    const std::string_view domain = suffixes.registrable_domain(host);
    CHECK(domain == "example.co.uk");
    CHECK(domain.data() == host.data() + 4);
}

TEST_CASE("what has no registrable domain is its own") {
    const Suffixes suffixes;
    for (const char* host : {"192.0.2.1", "[2001:db8::1]", "localhost", "co.uk", "com", ""})
        CHECK(suffixes.registrable_domain(host) == host);
}

TEST_CASE("a host is not read past its end") {
    const Suffixes suffixes;
    const std::string_view text = "www.example.org.attached";
    CHECK(suffixes.registrable_domain(text.substr(0, 15)) == "example.org");
}

TEST_CASE("private suffixes separate the sites of a hoster") {
    const Suffixes suffixes;
    CHECK(suffixes.registrable_domain("a.b.github.io") == "b.github.io");
}
