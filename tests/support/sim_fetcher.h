// SimFetcher and SimResolver: the network seams over a SimWeb, on any Loop.
//
// Owns: the web and the loop must outlive them. Destroying a fetcher loses what is under way, as
//       the death of a process does.
// Test: tests/scenarios/
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "dns/resolver.h"
#include "fetch/fetcher.h"
#include "loop/loop.h"
#include "support/sim_web.h"

namespace crawld {

class SimFetcher : public Fetcher {
  public:
    SimFetcher(Loop& loop, SimWeb& web) : loop_(loop), web_(web) {}
    ~SimFetcher() override;

    void set_listener(FetcherListener* listener) override { listener_ = listener; }
    void start(uint64_t token, FetchRequest request) override;
    void cancel(uint64_t token) override;
    size_t in_flight() const override { return transfers_.size(); }

  private:
    struct Transfer {
        SimExchange exchange;
        std::unique_ptr<Timer> first_byte;
        std::unique_ptr<Timer> end;
    };
    void finish(uint64_t token);

    Loop& loop_;
    SimWeb& web_;
    FetcherListener* listener_ = nullptr;
    std::unordered_map<uint64_t, std::unique_ptr<Transfer>> transfers_;
};

// Remembers what it found for kTtl and what does not exist for kNegativeTtl.
class SimResolver : public Resolver {
  public:
    static constexpr Duration kTtl = hours(1);
    static constexpr Duration kNegativeTtl = minutes(1);

    SimResolver(Loop& loop, SimWeb& web) : loop_(loop), web_(web) {}

    std::optional<DnsAnswer> lookup(std::string_view host) override;
    void resolve(std::string_view host, uint64_t token) override;
    void set_listener(ResolverListener* listener) override { listener_ = listener; }

  private:
    struct Known {
        DnsAnswer answer;
        Instant until{};
    };
    void answer(const std::string& host, uint64_t token);

    Loop& loop_;
    SimWeb& web_;
    ResolverListener* listener_ = nullptr;
    std::unordered_map<std::string, Known> cache_;
    std::map<uint64_t, std::unique_ptr<Timer>> queries_;  // by token
};

}  // namespace crawld
