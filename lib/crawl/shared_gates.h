// SharedGates: the limits that all loops share: one gate per address, one for the process, and the
// number of pages.
//
// A request is at its address until its connection is idle or closed; in the process it counts
// until its visit is committed. So the concurrency of the process is also the most that a crash may
// cause to be fetched again (contract D2), and pages done and pages under way never exceed
// limits.pages.
//
// The only crawl state behind a mutex, taken a few times per fetch and never while waiting.
// A gate is created by its first request and forgotten when it is idle and the table is swept.
// Each gate remembers the loops that found it shut until some request ends, which may be a request
// of another loop: the loop that reports such an end is told whom to tell.
// Bound:  kAddressGatesMax addresses; at the bound a new address has to wait for a sweep.
// Test:   tests/unit/crawl/shared_gates_test.cc
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <string_view>

#include "base/sharded_map.h"
#include "base/time.h"
#include "politeness/gate.h"

namespace crawld {

class SharedGates {
  public:
    static constexpr size_t kAddressGatesMax = 1'000'000;
    static constexpr size_t kLoopsMax = 64;

    // `blocked_since`: the start of a run that did not follow a clean stop (every key counts as
    // full, contract D4); kAlways otherwise.
    SharedGates(Limits ip, Limits global, Instant blocked_since);

    struct Opening {
        Instant at = kAlways;  // <= now: open; kNever: when a request of another host ends
        bool global = false;   // which of the two decides
    };
    // `loop`: who asks; it will be told when kNever may be over.
    Opening opens_at(uint64_t ip_key, Instant now, size_t loop);
    // Takes both or nothing; false when another loop was faster, or no page is left to fetch.
    bool try_take(uint64_t ip_key, Instant now);
    // Loops to be told that there may be room, one bit each; told once.
    struct Waiting {
        uint64_t ip = 0;
        uint64_t global = 0;
    };
    // `taken`: the `now` that try_take() had.
    Waiting answered(uint64_t ip_key, Instant now, Instant taken);
    Waiting finished(uint64_t ip_key);
    // The visit is committed, or has come to nothing.
    Waiting retired();
    size_t under_way() const;  // taken and not retired

    // At most `max` pages in all, of which `done` are done; 0: no limit.
    void set_pages(const std::atomic<uint64_t>& done, uint64_t max);
    bool pages_used_up() const;

    void set_limits(Limits ip, Limits global, Instant now);
    void sweep(size_t shard, Instant now);  // below kShards
    size_t size() const;

    void save(std::string& out);  // nothing in flight
    void restore(std::string_view saved, Instant now);

  private:
    struct Shared {
        Gate gate;
        uint64_t waiting = 0;  // loops, one bit each
    };
    Shared& shared(uint64_t ip_key);
    bool no_page_left() const;
    Instant later(Instant now);

    mutable std::mutex mutex_;
    Limits ip_limits_;
    Instant blocked_since_;
    Instant latest_ = kAlways;
    Shared global_;
    const std::atomic<uint64_t>* pages_done_ = nullptr;
    uint64_t pages_max_ = 0;
    ShardedMap<uint64_t, Shared> by_ip_;
};

}  // namespace crawld
