// AddressPolicy: which addresses and ports the crawler may connect to. Decided on the address
// itself, after every resolution and again on the socket address at connect, so that no spelling,
// redirect or rebinding name gets around it.
//
// Refused unless `network.allow` has the CIDR (and port): private, loopback, link-local, CGNAT,
// multicast, reserved, documentation, metadata addresses, and every IPv6 form that embeds IPv4
// (mapped, compatible, 6to4, Teredo, NAT64). Ports: those of `network.ports`, or allowed by a
// `network.allow` entry that names the port.
// Source: RFC 6890 and the IANA special-purpose registries; contract.md, Safety.
// Cost:   tens of nanoseconds.
// Test:   tests/unit/dns/address_policy_test.cc
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dns/address.h"
#include "dns/options.h"

namespace crawld {

class AddressPolicy {
  public:
    // An error names the entry of network.allow that cannot be read.
    static Result<AddressPolicy> make(const NetworkOptions& options);
    // The named reason why this endpoint is refused ("private-address", "loopback", "port", ...);
    // empty when it is allowed. The view is of a literal.
    std::string_view refusal(const IpAddress& address, uint16_t port) const;

  private:
    std::vector<Cidr> allow_;
    std::vector<uint16_t> ports_;
};

}  // namespace crawld
