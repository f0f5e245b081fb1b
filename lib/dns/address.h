// IpAddress: an IPv4 or IPv6 address as bytes, with its text form and its politeness key.
//
// Test: tests/unit/dns/address_test.cc
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crawld {

struct IpAddress {
    std::array<uint8_t, 16> bytes{};  // IPv4 in the first four
    bool v6 = false;

    auto operator<=>(const IpAddress&) const = default;

    // "192.0.2.1", "2001:db8::1", also in brackets. Only the standard forms: no octal, no zone.
    static std::optional<IpAddress> parse(std::string_view text);
    std::string to_string() const;  // RFC 5952 for IPv6, without brackets
    // The key of the `ip` limiter: the address for IPv4 (/32), the first 64 bits for IPv6.
    uint64_t limiter_key() const;
};

struct Cidr {
    IpAddress network;
    int prefix_bits = 0;
    uint16_t port = 0;  // 0: any port

    // "10.0.0.0/8", "10.0.0.0/8:8080", "[fd00::]/8:443", "127.0.0.1" (= /32).
    static std::optional<Cidr> parse(std::string_view text);
    bool contains(const IpAddress& address) const;
};

}  // namespace crawld
