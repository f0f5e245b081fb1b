// Resolver: the seam for names. CaresResolver (cares_resolver.h) is the real one.
//
// How: a look-up that the cache, a fixed entry or an IP literal answers comes back at once from
//      lookup(); otherwise resolve() starts a query and the listener hears of it later, never from
//      inside resolve(). Queries for the same name are joined.
// Thread: the loop's.
// Errors: DnsOutcome. not_found and no_address are the zone's answer (kept for the negative TTL);
//         server_failure and timed_out are ours to try again.
// Test:   tests/unit/dns/
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "dns/address.h"

namespace crawld {

enum class DnsOutcome : uint8_t { found, not_found, no_address, server_failure, timed_out };
std::string_view to_string(DnsOutcome outcome);

inline constexpr size_t kAddressesMax = 16;

struct DnsAnswer {
    DnsOutcome outcome = DnsOutcome::found;
    std::vector<IpAddress> addresses;  // at most kAddressesMax, in the order to try
};

class ResolverListener {
  public:
    virtual ~ResolverListener() = default;
    virtual void on_resolved(uint64_t token, const DnsAnswer& answer) = 0;
};

class Resolver {
  public:
    virtual ~Resolver() = default;
    virtual std::optional<DnsAnswer> lookup(std::string_view host) = 0;
    // Every resolve() is answered exactly once, unless the resolver is destroyed first.
    virtual void resolve(std::string_view host, uint64_t token) = 0;
    virtual void set_listener(ResolverListener* listener) = 0;
};

}  // namespace crawld
