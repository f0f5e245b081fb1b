// Keys: the fixed-size names of hosts and URLs on disk and in memory.
//
// HostKey: 64 bits, big-endian on disk: vshard (12 bits in the upper 16: hash of the registrable
//          domain mod 4096) and 48 bits of the host name's fingerprint. A shard is one contiguous
//          range of the database.
// UrlKey:  the host key and 64 bits of the fingerprint of the canonical URL.
// Test: tests/unit/url/keys_test.cc
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "url/url.h"

namespace crawld {

class Suffixes;

inline constexpr uint32_t kVshards = 4096;

struct HostKey {
    uint64_t value = 0;
    auto operator<=>(const HostKey&) const = default;
    uint16_t vshard() const { return static_cast<uint16_t>(value >> 48); }
};

struct UrlKey {
    HostKey host;
    uint64_t url = 0;
    auto operator<=>(const UrlKey&) const = default;
};

HostKey host_key(std::string_view host, std::string_view registrable_domain);
UrlKey url_key(const CanonicalUrl& url, HostKey host);
// One step for callers with a single URL; for many of one host, compute the HostKey once.
UrlKey url_key(const CanonicalUrl& url, const Suffixes& suffixes);

void put_key(std::string& out, HostKey key);  // 8 bytes
void put_key(std::string& out, UrlKey key);   // 16 bytes

}  // namespace crawld

template <>
struct std::hash<crawld::HostKey> {
    size_t operator()(crawld::HostKey key) const noexcept { return key.value * 0x9e3779b97f4a7c15; }
};
template <>
struct std::hash<crawld::UrlKey> {
    size_t operator()(crawld::UrlKey key) const noexcept { return key.url; }
};
