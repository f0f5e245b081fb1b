// CaresResolver: the real Resolver, on c-ares. The only door to c-ares in the program.
//
// How things move: lookup() asks, in this order, whether the host is an IP literal, a fixed entry
//      (`network.hosts`), a name of this machine, or in the cache. resolve() asks the system's
//      hosts file and name servers (c-ares does both), for IPv4 and IPv6 at the same time.
//      Addresses of IPv4 answer at once, since they would be tried first anyway; IPv6 addresses
//      that come later join them in the cache. Queries for a host that is being asked are joined to
//      it. Answers wait in a list and go to the listener by post(), since c-ares may answer from
//      inside the question.
// Caching: found answers for their smallest TTL, clamped to [dns_ttl_min, dns_ttl_max]; what the
//      zone denies for dns_negative_ttl; failures of servers not at all.
// Security: "localhost" and the names under it are loopback, whatever a name server or the hosts
//      file says, and the AddressPolicy refuses that. No name server is asked for them.
// Owns: its channel; the loop must outlive it.
// Errors: make() and set_options() refuse a bad entry of network.hosts or network.dns_servers.
// Source: RFC 1035, RFC 2308 (negative answers), RFC 6761 section 6.3 (localhost).
// Test: tests/unit/dns/cares_resolver_test.cc
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "dns/options.h"
#include "dns/resolver.h"
#include "loop/uv_loop.h"

namespace crawld {

class CaresResolver : public Resolver {
  public:
    static Result<std::unique_ptr<CaresResolver>> make(UvLoop& loop, const NetworkOptions& options);
    ~CaresResolver() override;

    std::optional<DnsAnswer> lookup(std::string_view host) override;
    void resolve(std::string_view host, uint64_t token) override;
    void set_listener(ResolverListener* listener) override;

    // Takes over what may change at a reload: hosts and the TTL bounds. What is cached stays.
    Status set_options(const NetworkOptions& options);
    size_t cache_size() const;

  private:
    class Impl;
    explicit CaresResolver(std::shared_ptr<Impl> impl);
    std::shared_ptr<Impl> impl_;
};

}  // namespace crawld
