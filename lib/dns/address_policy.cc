#include "dns/address_policy.h"

#include <algorithm>
#include <string>

namespace crawld {

namespace {

struct Special4 {
    uint32_t network;
    int bits;
    std::string_view reason;
};

constexpr uint32_t v4(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    return a << 24 | b << 16 | c << 8 | d;
}

// IANA IPv4 Special-Purpose Address Registry, and the addresses at which clouds answer their
// guests. The first match names the reason.
constexpr Special4 kSpecial4[] = {
    {v4(169, 254, 169, 254), 32, "metadata"},     // most clouds
    {v4(100, 100, 100, 200), 32, "metadata"},     // Alibaba Cloud
    {v4(168, 63, 129, 16), 32, "metadata"},       // Azure
    {v4(192, 0, 0, 192), 32, "metadata"},         // Oracle Cloud
    {v4(0, 0, 0, 0), 8, "this-network"},          // RFC 791
    {v4(10, 0, 0, 0), 8, "private-address"},      // RFC 1918
    {v4(100, 64, 0, 0), 10, "shared-address"},    // RFC 6598
    {v4(127, 0, 0, 0), 8, "loopback"},            // RFC 1122
    {v4(169, 254, 0, 0), 16, "link-local"},       // RFC 3927
    {v4(172, 16, 0, 0), 12, "private-address"},   // RFC 1918
    {v4(192, 0, 0, 0), 24, "reserved"},           // RFC 6890
    {v4(192, 0, 2, 0), 24, "documentation"},      // RFC 5737
    {v4(192, 31, 196, 0), 24, "reserved"},        // RFC 7535
    {v4(192, 52, 193, 0), 24, "reserved"},        // RFC 7450
    {v4(192, 88, 99, 0), 24, "reserved"},         // RFC 7526
    {v4(192, 168, 0, 0), 16, "private-address"},  // RFC 1918
    {v4(192, 175, 48, 0), 24, "reserved"},        // RFC 7534
    {v4(198, 18, 0, 0), 15, "benchmarking"},      // RFC 2544
    {v4(198, 51, 100, 0), 24, "documentation"},   // RFC 5737
    {v4(203, 0, 113, 0), 24, "documentation"},    // RFC 5737
    {v4(224, 0, 0, 0), 4, "multicast"},           // RFC 5771
    {v4(240, 0, 0, 0), 4, "reserved"},            // RFC 1112, and broadcast
};

struct Special6 {
    uint64_t high;
    uint64_t low;
    int bits;
    std::string_view reason;
};

// IANA IPv6 Special-Purpose Address Registry. A form that embeds an IPv4 address is refused
// whatever it embeds: it reaches that address around the table above, or nothing at all.
constexpr Special6 kSpecial6[] = {
    {0xfd00'0ec2'0000'0000, 0x254, 128, "metadata"},  // Amazon
    {0, 1, 128, "loopback"},
    {0, 0, 128, "unspecified"},
    {0, 0x0000'ffff'0000'0000, 96, "embedded-ipv4"},  // ::ffff:0:0/96, mapped
    {0, 0, 96, "embedded-ipv4"},                      // ::/96, compatible
    {0x0064'ff9b'0000'0000, 0, 96, "embedded-ipv4"},  // 64:ff9b::/96, NAT64
    {0x0064'ff9b'0001'0000, 0, 48, "embedded-ipv4"},  // 64:ff9b:1::/48, local NAT64
    {0x2001'0000'0000'0000, 0, 32, "embedded-ipv4"},  // Teredo
    {0x2002'0000'0000'0000, 0, 16, "embedded-ipv4"},  // 6to4
    {0x2001'0000'0000'0000, 0, 23, "reserved"},       // IETF protocol assignments
    {0x2001'0db8'0000'0000, 0, 32, "documentation"},
    {0x3fff'0000'0000'0000, 0, 20, "documentation"},
    {0xfc00'0000'0000'0000, 0, 7, "private-address"},  // unique local
    {0xfe80'0000'0000'0000, 0, 10, "link-local"},
    {0xfec0'0000'0000'0000, 0, 10, "private-address"},  // site-local, deprecated
    {0xff00'0000'0000'0000, 0, 8, "multicast"},
};

uint64_t big_endian(const uint8_t* bytes, int count) {
    uint64_t value = 0;
    for (int i = 0; i < count; ++i)
        value = value << 8 | bytes[i];
    return value;
}

std::string_view special_reason4(const IpAddress& address) {
    const auto value = static_cast<uint32_t>(big_endian(address.bytes.data(), 4));
    for (const Special4& special : kSpecial4)
        if ((value ^ special.network) >> (32 - special.bits) == 0) return special.reason;
    return {};
}

bool same_prefix(uint64_t a, uint64_t b, int bits) {
    return bits == 0 || (a ^ b) >> (64 - bits) == 0;
}

std::string_view special_reason6(const IpAddress& address) {
    const uint64_t high = big_endian(address.bytes.data(), 8);
    const uint64_t low = big_endian(address.bytes.data() + 8, 8);
    for (const Special6& special : kSpecial6) {
        if (same_prefix(high, special.high, std::min(special.bits, 64)) &&
            same_prefix(low, special.low, std::max(special.bits - 64, 0)))
            return special.reason;
    }
    // RFC 4291 2.4: only 2000::/3 has been given out as global unicast.
    return high >> 61 == 1 ? std::string_view{} : "reserved";
}

}  // namespace

Result<AddressPolicy> AddressPolicy::make(const NetworkOptions& options) {
    AddressPolicy policy;
    for (const std::string& text : options.allow) {
        const auto cidr = Cidr::parse(text);
        if (!cidr)
            return fail(ErrorCode::configuration,
                        "network.allow: \"" + text +
                            "\" is not a CIDR or CIDR:port; write for example 10.0.0.0/8, "
                            "127.0.0.1:8080 or [fd00::]/8:443");
        policy.allow_.push_back(*cidr);
    }
    for (const uint32_t port : options.ports) {
        if (port == 0 || port > 65535)
            return fail(ErrorCode::configuration,
                        "network.ports: " + std::to_string(port) + " is not a port (1 to 65535)");
        policy.ports_.push_back(static_cast<uint16_t>(port));
    }
    return policy;
}

std::string_view AddressPolicy::refusal(const IpAddress& address, uint16_t port) const {
    bool address_allowed = false;
    for (const Cidr& cidr : allow_) {
        if (!cidr.contains(address)) continue;
        if (cidr.port == port && port != 0) return {};
        address_allowed = address_allowed || cidr.port == 0;
    }
    if (std::find(ports_.begin(), ports_.end(), port) == ports_.end()) return "port";
    if (address_allowed) return {};
    return address.v6 ? special_reason6(address) : special_reason4(address);
}

}  // namespace crawld
