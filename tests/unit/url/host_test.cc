#include "url/host.h"

#include <doctest/doctest.h>

#include <utility>
#include <vector>

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

TEST_CASE("names are mapped as today's UTS #46 says, whatever ICU's age") {
    CHECK(domain("fa\u00DF.de") == "xn--fa-hia.de");
    CHECK(domain("\u1E9E.com") == "xn--zca.com");
    const std::vector<std::pair<std::string, std::string>> same = {
        {"\u04C0", "\u04CF"},     {"\u10A0", "\u2D00"},         {"\u10C5", "\u2D25"},
        {"\u2132", "\u214E"},     {"\u2183", "\u2184"},         {"\U0002F868", "\u36FC"},
        {"\U0002F874", "\u5F53"}, {"\U0002F91F", "\U000243AB"}, {"\U0002F95F", "\u7AEE"},
        {"\U0002F9BF", "\u45D7"},
    };
    for (const auto& [from, to] : same) {
        const std::string name = to;
        CAPTURE(name);
        CHECK(domain(from + ".com").starts_with("xn--"));
        CHECK(domain(from + ".com") == domain(to + ".com"));
    }
    for (const char* ignored :
         {"\u115F", "\u1160", "\u17B4", "\u17B5", "\u180E", "\u2061", "\u2063", "\u206A", "\u206F",
          "\u3164", "\uFFA0", "\U0001D173", "\U0001D17A"})
        CHECK(domain("a" + std::string(ignored) + "b.com") == "ab.com");
}

TEST_CASE("names longer than any that works are failures") {
    const std::string soft_hyphen = "\u00AD";  // ignored: what is bounded is not only the result
    std::string name = "h";
    while (name.size() + soft_hyphen.size() <= kIdnaBytesMax)
        name += soft_hyphen;
    CHECK(domain(name) == "h");
    CHECK(domain(name + soft_hyphen) == "failure");
    CHECK(domain("\u00E9" + std::string(kIdnaBytesMax - 2, 'a')) == "failure");
}
