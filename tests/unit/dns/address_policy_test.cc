#include "dns/address_policy.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace crawld;

namespace {

AddressPolicy policy(std::vector<std::string> allow = {}, std::vector<uint32_t> ports = {80, 443}) {
    NetworkOptions options;
    options.allow = std::move(allow);
    options.ports = std::move(ports);
    auto made = AddressPolicy::make(options);
    REQUIRE(made.has_value());
    return *made;
}

std::string refusal(const AddressPolicy& guard, std::string_view address, uint16_t port = 80) {
    const auto parsed = IpAddress::parse(address);
    REQUIRE_MESSAGE(parsed.has_value(), address);
    return std::string(guard.refusal(*parsed, port));
}

}  // namespace

TEST_CASE("AddressPolicy: every special range is refused by name, at its first and last address") {
    const AddressPolicy guard = policy();
    for (const auto& [address, reason] : {std::pair{"0.0.0.0", "this-network"},
                                          {"0.255.255.255", "this-network"},
                                          {"10.0.0.0", "private-address"},
                                          {"10.255.255.255", "private-address"},
                                          {"100.64.0.0", "shared-address"},
                                          {"100.127.255.255", "shared-address"},
                                          {"100.100.100.200", "metadata"},
                                          {"127.0.0.1", "loopback"},
                                          {"127.255.255.255", "loopback"},
                                          {"168.63.129.16", "metadata"},
                                          {"169.254.0.1", "link-local"},
                                          {"169.254.169.254", "metadata"},
                                          {"172.16.0.0", "private-address"},
                                          {"172.31.255.255", "private-address"},
                                          {"192.0.0.8", "reserved"},
                                          {"192.0.0.192", "metadata"},
                                          {"192.0.2.255", "documentation"},
                                          {"192.88.99.1", "reserved"},
                                          {"192.168.255.255", "private-address"},
                                          {"198.18.0.0", "benchmarking"},
                                          {"198.19.255.255", "benchmarking"},
                                          {"198.51.100.1", "documentation"},
                                          {"203.0.113.9", "documentation"},
                                          {"224.0.0.1", "multicast"},
                                          {"239.255.255.255", "multicast"},
                                          {"240.0.0.0", "reserved"},
                                          {"255.255.255.255", "reserved"},
                                          {"::", "unspecified"},
                                          {"::1", "loopback"},
                                          {"fc00::1", "private-address"},
                                          {"fdff::1", "private-address"},
                                          {"fd00:ec2::254", "metadata"},
                                          {"fe80::1", "link-local"},
                                          {"febf::1", "link-local"},
                                          {"fec0::1", "private-address"},
                                          {"ff02::1", "multicast"},
                                          {"2001:db8::1", "documentation"},
                                          {"3fff::1", "documentation"},
                                          {"2001:2::1", "reserved"},
                                          {"2001:1ff::1", "reserved"},
                                          {"100::1", "reserved"},
                                          {"5f00::1", "reserved"},
                                          {"4000::1", "reserved"}}) {
        const std::string text = address;
        CHECK_MESSAGE(refusal(guard, text) == reason, text);
    }
}

TEST_CASE("AddressPolicy: every IPv6 form that embeds IPv4 is refused, whatever it embeds") {
    const AddressPolicy guard = policy();
    for (const char* address : {"::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::8.8.8.8",
                                "2002:7f00:1::", "2002:808:808::1", "2001::1", "2001:0:7f00:1::",
                                "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::7f00:1"})
        CHECK_MESSAGE(refusal(guard, address) == "embedded-ipv4", std::string(address));
}

TEST_CASE("AddressPolicy: the neighbours of special ranges are allowed") {
    const AddressPolicy guard = policy();
    for (const char* address :
         {"1.0.0.0",         "8.8.8.8",         "9.255.255.255",   "11.0.0.0",
          "100.63.255.255",  "100.128.0.0",     "126.255.255.255", "128.0.0.0",
          "169.253.255.255", "169.255.0.0",     "172.15.255.255",  "172.32.0.0",
          "192.0.1.0",       "192.167.255.255", "192.169.0.0",     "198.17.255.255",
          "198.20.0.0",      "223.255.255.255", "2001:200::1",     "2003::1",
          "2606:4700::1111", "2a00:1450::1"})
        CHECK_MESSAGE(refusal(guard, address).empty(), std::string(address));
}

TEST_CASE("AddressPolicy: ports other than the configured are refused") {
    const AddressPolicy guard = policy();
    CHECK(refusal(guard, "8.8.8.8", 443).empty());
    CHECK(refusal(guard, "8.8.8.8", 22) == "port");
    CHECK(refusal(guard, "8.8.8.8", 0) == "port");
    CHECK(refusal(policy({}, {8080}), "8.8.8.8", 80) == "port");
}

TEST_CASE("AddressPolicy: an exception without a port opens the address, not other ports") {
    const AddressPolicy guard = policy({"127.0.0.0/8"});
    CHECK(refusal(guard, "127.0.0.1", 80).empty());
    CHECK(refusal(guard, "127.0.0.1", 8080) == "port");
    CHECK(refusal(guard, "10.0.0.1", 80) == "private-address");
    CHECK(refusal(guard, "::ffff:127.0.0.1", 80) == "embedded-ipv4");
}

TEST_CASE("AddressPolicy: an exception with a port opens that port of that address alone") {
    const AddressPolicy guard = policy({"127.0.0.1:8080", "[fd00::]/8:8443", "8.8.8.0/24:53"});
    CHECK(refusal(guard, "127.0.0.1", 8080).empty());
    CHECK(refusal(guard, "127.0.0.1", 80) == "loopback");
    CHECK(refusal(guard, "127.0.0.2", 8080) == "port");
    CHECK(refusal(guard, "fd12::1", 8443).empty());
    CHECK(refusal(guard, "fd12::1", 443) == "private-address");
    CHECK(refusal(guard, "8.8.8.8", 53).empty());
    CHECK(refusal(guard, "8.8.4.4", 53) == "port");
}

TEST_CASE("AddressPolicy: an entry that cannot be read is named") {
    NetworkOptions options;
    options.allow = {"10.0.0.0/8", "10.0.0.0/99"};
    const auto made = AddressPolicy::make(options);
    REQUIRE_FALSE(made.has_value());
    CHECK(made.error().code == ErrorCode::configuration);
    CHECK(made.error().message.find("10.0.0.0/99") != std::string::npos);
}
