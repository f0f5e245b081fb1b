#include "dns/address.h"

#include <doctest/doctest.h>

#include <string>

using namespace crawld;

namespace {

IpAddress ip(std::string_view text) {
    const auto address = IpAddress::parse(text);
    REQUIRE_MESSAGE(address.has_value(), text);
    return *address;
}

Cidr cidr(std::string_view text) {
    const auto parsed = Cidr::parse(text);
    REQUIRE_MESSAGE(parsed.has_value(), text);
    return *parsed;
}

}  // namespace

TEST_CASE("IpAddress: standard forms are read and written in the canonical form") {
    for (const auto& [text, canonical] : {std::pair{"192.0.2.1", "192.0.2.1"},
                                          {"0.0.0.0", "0.0.0.0"},
                                          {"255.255.255.255", "255.255.255.255"},
                                          {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
                                          {"[2001:db8::1]", "2001:db8::1"},
                                          {"::", "::"},
                                          {"2001:db8:0:1:0:0:0:1", "2001:db8:0:1::1"},
                                          {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
                                          {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"}})
        CHECK(ip(text).to_string() == canonical);
}

TEST_CASE("IpAddress: octal, short, zoned, padded and other forms are refused") {
    using namespace std::string_view_literals;
    for (const std::string_view text :
         {""sv, "1"sv, "1.2.3"sv, "01.2.3.4"sv, "0x7f.0.0.1"sv, "256.1.1.1"sv, "1.2.3.4."sv,
          " 1.2.3.4"sv, "1.2.3.4\0"sv, "[1.2.3.4]"sv, "[::1"sv, "::1]"sv, "fe80::1%eth0"sv,
          "1::2::3"sv, "12345::"sv, "example.org"sv,
          "1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111"sv})
        CHECK_FALSE_MESSAGE(IpAddress::parse(text).has_value(), text);
}

TEST_CASE("IpAddress: the limiter's key is the address, or the /64 of IPv6") {
    CHECK(ip("192.0.2.1").limiter_key() == 0xc0000201);
    CHECK(ip("192.0.2.1").limiter_key() != ip("192.0.2.2").limiter_key());
    CHECK(ip("2001:db8:1:2::1").limiter_key() == 0x20010db800010002);
    CHECK(ip("2001:db8:1:2::1").limiter_key() == ip("2001:db8:1:2:ffff::9").limiter_key());
    CHECK(ip("2001:db8:1:2::1").limiter_key() != ip("2001:db8:1:3::1").limiter_key());
}

TEST_CASE("Cidr: every form of the manual") {
    CHECK(cidr("10.0.0.0/8").prefix_bits == 8);
    CHECK(cidr("10.0.0.0/8").port == 0);
    CHECK(cidr("10.0.0.0/8:8080").port == 8080);
    CHECK(cidr("[fd00::]/8:443").port == 443);
    CHECK(cidr("[fd00::]/8:443").prefix_bits == 8);
    CHECK(cidr("fd00::/8").prefix_bits == 8);
    CHECK(cidr("127.0.0.1").prefix_bits == 32);
    CHECK(cidr("127.0.0.1:8080").port == 8080);
    CHECK(cidr("::1").prefix_bits == 128);
    CHECK(cidr("[::1]:8080").port == 8080);
    CHECK(cidr("0.0.0.0/0").prefix_bits == 0);
}

TEST_CASE("Cidr: what is not one is refused") {
    for (const char* text :
         {"", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8:", "10.0.0.0/8:0",
          "10.0.0.0/8:65536", "10.0.0.0/8x", "::/129", "[::1]443", "[::1]:", "[::1",
          "127.0.0.1:", "127.0.0.1:http", "host/8", "/8", "10.0.0.0/8/8"})
        CHECK_FALSE_MESSAGE(Cidr::parse(text).has_value(), text);
}

TEST_CASE("Cidr: contains compares the prefix, within the family") {
    CHECK(cidr("10.0.0.0/8").contains(ip("10.255.1.2")));
    CHECK_FALSE(cidr("10.0.0.0/8").contains(ip("11.0.0.0")));
    CHECK(cidr("192.0.2.128/25").contains(ip("192.0.2.200")));
    CHECK_FALSE(cidr("192.0.2.128/25").contains(ip("192.0.2.127")));
    CHECK(cidr("192.0.2.77/25").contains(ip("192.0.2.1")));  // host bits do not matter
    CHECK(cidr("0.0.0.0/0").contains(ip("8.8.8.8")));
    CHECK_FALSE(cidr("0.0.0.0/0").contains(ip("::1")));
    CHECK(cidr("fd00::/8").contains(ip("fdff::1")));
    CHECK_FALSE(cidr("fd00::/8").contains(ip("fc00::1")));
    CHECK(cidr("::1").contains(ip("::1")));
    CHECK_FALSE(cidr("::1").contains(ip("::2")));
}
