#include "url/host.h"

#include <doctest/doctest.h>

#include "url/idna.h"

using namespace crawld;

namespace {
std::string domain(std::string_view input) {
    return parse_host(input, true).value_or("failure");
}
std::string opaque(std::string_view input) {
    return parse_host(input, false).value_or("failure");
}
}  // namespace

TEST_CASE("a domain is lower-cased and its escapes are decoded") {
    CHECK(domain("WWW.Example.ORG") == "www.example.org");
    CHECK(domain("ex%41mple.org") == "example.org");
    CHECK(domain("b%C3%BCcher.de") == "xn--bcher-kva.de");
}

TEST_CASE("what a domain must not contain") {
    for (const char c : std::string_view("\t\n\r #/:<>?@[\\]^|%\x7F\x01"))
        CHECK(domain("a" + std::string(1, c) + "b") == "failure");
    CHECK(domain("a%00b") == "failure");
    CHECK(domain("a%2Fb") == "failure");
    CHECK(domain("") == "failure");
    CHECK(domain("\xC2\xAD") == "failure");  // a soft hyphen, which is ignored
    CHECK(domain("a_b!$&'()*+,;=~`{}") == "a_b!$&'()*+,;=~`{}");
}

TEST_CASE("IPv4 in all the ways that browsers take") {
    CHECK(domain("127.0.0.1") == "127.0.0.1");
    CHECK(domain("127.1") == "127.0.0.1");
    CHECK(domain("0x7f.0.0x0.01") == "127.0.0.1");
    CHECK(domain("2130706433") == "127.0.0.1");
    CHECK(domain("0xffffffff") == "255.255.255.255");
    CHECK(domain("1.2.3.4.") == "1.2.3.4");
    CHECK(domain("1.65536") == "1.1.0.0");
    CHECK(domain("0x") == "0.0.0.0");
}

TEST_CASE("a host that ends in a number is IPv4 or a failure") {
    for (const char* host : {"256.0.0.1", "1.2.3.4.5", "1.2.3.256", "4294967296", "1.16777216",
                             "a.1", "1..2", "09", "1.2.3.08", "a.0x1", "99999999999999999999"})
        CHECK(domain(host) == "failure");
    CHECK(domain("1.2.3.4a") == "1.2.3.4a");
    CHECK(domain("1.0xg") == "1.0xg");
    CHECK(domain("1.2..") == "1.2..");
}

TEST_CASE("IPv6 is written with the longest run of zeros left out") {
    CHECK(domain("[::]") == "[::]");
    CHECK(domain("[::1]") == "[::1]");
    CHECK(domain("[1::]") == "[1::]");
    CHECK(domain("[2001:DB8:0:0:0:0:0:1]") == "[2001:db8::1]");
    CHECK(domain("[1:0:0:2:0:0:0:3]") == "[1:0:0:2::3]");
    CHECK(domain("[1:0:0:2:0:0:3:4]") == "[1::2:0:0:3:4]");
    CHECK(domain("[1:0:2:3:4:5:6:7]") == "[1:0:2:3:4:5:6:7]");
    CHECK(domain("[0001:2:3:4:5:6:7::]") == "[1:2:3:4:5:6:7:0]");
    CHECK(domain("[::ffff:192.0.2.1]") == "[::ffff:c000:201]");
    CHECK(domain("[1:2:3:4:5:6:7.8.9.10]") == "[1:2:3:4:5:6:708:90a]");
}

TEST_CASE("what is not IPv6") {
    for (const char* host : {"[",
                             "[]",
                             "[:]",
                             "[:::]",
                             "[1]",
                             "[1::2::3]",
                             "[1:2:3:4:5:6:7:8:9]",
                             "[::1:2:3:4:5:6:7:8]",
                             "[1:2:3:4:5:6:7:8::]",
                             "[12345::]",
                             "[g::]",
                             "[1:]",
                             "[:1]",
                             "[::1.2.3]",
                             "[::1.2.3.4.5]",
                             "[::01.2.3.4]",
                             "[::1.2.3.256]",
                             "[::.1.2.3]",
                             "[1:2:3:4:5:6:7:1.2.3.4]",
                             "[::1.2.3.4:5]",
                             "[::1%25eth0]",
                             "[::1]x"})
        CHECK(domain(host) == "failure");
}

TEST_CASE("opaque hosts of other schemes are only percent-encoded") {
    CHECK(opaque("Ex%41mple") == "Ex%41mple");
    CHECK(opaque("b\xC3\xBC") == "b%C3%BC");
    CHECK(opaque("1.2") == "1.2");
    CHECK(opaque("[1:0::]") == "[1::]");
    CHECK(opaque("a b") == "failure");
    CHECK(opaque("") == "");
}

TEST_CASE("names are mapped as Unicode 16 says, whatever ICU's age") {
    CHECK(domain("fa\xC3\x9F.de") == "xn--fa-hia.de");
    CHECK(domain("\xE1\xBA\x9E.com") == "xn--zca.com");               // U+1E9E
    CHECK(domain("\xE1\x83\x85.com") == domain("\xE2\xB4\xA5.com"));  // U+10C5, U+2D25
    CHECK(domain("a\xE2\x81\xAF"
                 "b.com") == "ab.com");  // U+206F
}

TEST_CASE("names longer than any that works are failures") {
    const std::string e_acute = "\xC3\xA9";
    const auto name = [&](size_t bytes) { return e_acute + std::string(bytes - 2, 'a'); };
    CHECK(domain(name(kIdnaBytesMax + 1)) == "failure");
    CHECK(domain(name(kIdnaBytesMax - 16)) != "failure");
}
