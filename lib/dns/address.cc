#include "dns/address.h"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>

namespace crawld {

namespace {

constexpr size_t kTextMax = INET6_ADDRSTRLEN;

// A decimal number of the whole text in [0, max].
std::optional<int> parse_number(std::string_view text, int max) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0 || value > max)
        return std::nullopt;
    return value;
}

struct Endpoint {
    std::string_view address;
    std::string_view port;  // empty: none given
};

// "a/b" has no port of the address; "[v6]:p", "v4:p" and plain addresses.
std::optional<Endpoint> split_endpoint(std::string_view text) {
    if (text.starts_with('[')) {
        const size_t close = text.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        const std::string_view rest = text.substr(close + 1);
        if (!rest.empty() && (rest[0] != ':' || rest.size() == 1)) return std::nullopt;
        return Endpoint{text.substr(0, close + 1), rest.empty() ? rest : rest.substr(1)};
    }
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon != text.rfind(':')) return Endpoint{text, {}};
    if (colon + 1 == text.size()) return std::nullopt;
    return Endpoint{text.substr(0, colon), text.substr(colon + 1)};
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    if (text.starts_with('[') && text.ends_with(']')) {
        text = text.substr(1, text.size() - 2);
        if (text.find(':') == std::string_view::npos) return std::nullopt;
    }
    if (text.size() >= kTextMax) return std::nullopt;
    char terminated[kTextMax];
    std::memcpy(terminated, text.data(), text.size());
    terminated[text.size()] = '\0';
    if (std::strlen(terminated) != text.size()) return std::nullopt;

    IpAddress address;
    address.v6 = text.find(':') != std::string_view::npos;
    if (inet_pton(address.v6 ? AF_INET6 : AF_INET, terminated, address.bytes.data()) != 1)
        return std::nullopt;
    return address;
}

std::string IpAddress::to_string() const {
    char text[kTextMax];
    inet_ntop(v6 ? AF_INET6 : AF_INET, bytes.data(), text, sizeof text);
    return text;
}

uint64_t IpAddress::limiter_key() const {
    uint64_t key = 0;
    for (size_t i = 0; i < (v6 ? 8 : 4); ++i)
        key = key << 8 | bytes[i];
    return key;
}

std::optional<Cidr> Cidr::parse(std::string_view text) {
    const size_t slash = text.find('/');
    std::string_view address = text.substr(0, slash);
    std::string_view bits;
    std::string_view port;
    if (slash == std::string_view::npos) {
        const auto endpoint = split_endpoint(text);
        if (!endpoint) return std::nullopt;
        address = endpoint->address;
        port = endpoint->port;
    } else {
        bits = text.substr(slash + 1);
        const size_t colon = bits.find(':');
        if (colon != std::string_view::npos) {
            port = bits.substr(colon + 1);
            bits = bits.substr(0, colon);
            if (port.empty()) return std::nullopt;
        }
    }

    const auto network = IpAddress::parse(address);
    if (!network) return std::nullopt;
    const int bits_max = network->v6 ? 128 : 32;
    Cidr cidr{*network, bits_max, 0};
    if (slash != std::string_view::npos) {
        const auto number = parse_number(bits, bits_max);
        if (!number) return std::nullopt;
        cidr.prefix_bits = *number;
    }
    if (!port.empty()) {
        const auto number = parse_number(port, 65535);
        if (!number || *number == 0) return std::nullopt;
        cidr.port = static_cast<uint16_t>(*number);
    }
    return cidr;
}

bool Cidr::contains(const IpAddress& address) const {
    if (address.v6 != network.v6) return false;
    const auto whole = static_cast<size_t>(prefix_bits / 8);
    if (std::memcmp(address.bytes.data(), network.bytes.data(), whole) != 0) return false;
    const int rest = prefix_bits % 8;
    if (rest == 0) return true;
    const auto mask = static_cast<uint8_t>(0xff << (8 - rest));
    return (address.bytes[whole] & mask) == (network.bytes[whole] & mask);
}

}  // namespace crawld
