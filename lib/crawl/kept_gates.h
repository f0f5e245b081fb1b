// KeptGates: the gates of one loop that live on without a host in memory: those of hosts that left
// it while their windows hold slots or a pause is not over, and those of domains.
//
// A gate that limits nothing any more is forgotten by sweep(), and never before: made anew it is
// the same, and where a reload has brought other windows it counts as full. A host's health goes
// with its gate. Of a host with a row in the frontier it is on disk as well, and comes back from
// there; a host that is known only because the robots.txt of another redirects to it has no row:
// its failures are forgotten with its gate, and in a crash.
//
// Thread: the loop's.
// Bound:  hosts that were requested within their longest window or pause; domains likewise, and
//         those of the hosts in memory.
// Test:   tests/unit/crawl/kept_gates_test.cc
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "base/sharded_map.h"
#include "crawl/wait_list.h"
#include "politeness/gate.h"
#include "politeness/host_health.h"
#include "url/keys.h"

namespace crawld {

// What save() of a clean stop left, for the hosts and domains of all loops.
using SavedGates = std::unordered_map<uint64_t, std::string>;

// A gate that several hosts share, with the hosts that wait for a request of another to end.
struct SharedGate {
    Gate gate;
    WaitList waiting;
};

struct KeptHost {
    Gate gate;
    HostHealth health;
};

class KeptGates {
  public:
    // `blocked_since`: as of SharedGates.
    KeptGates(Instant blocked_since, Instant now) : blocked_since_(blocked_since), began_(now) {}
    // There are other windows from now on: a key without a gate may have been used too lately for
    // one of them, and counts as full.
    void windows_changed(Instant now) { blocked_since_ = now; }
    // Gates of the last run, where it ended cleanly in this boot.
    void restore(std::shared_ptr<const SavedGates> gates) { saved_ = std::move(gates); }

    // The host comes into memory: its gate continues where it was. `pause_max`: as of
    // Gate::restore.
    KeptHost take(HostKey host, const Limits& limits, Duration pause_max, Instant now);
    void keep(HostKey host, KeptHost kept, Instant now);  // and leaves it
    // Lives at least as long as somebody holds it. One without limits counts for those that a
    // reload may bring.
    std::shared_ptr<SharedGate> domain(const std::string& name, const Limits& limits, Instant now);

    void sweep(size_t shard, Instant now);  // below kShards
    // Precondition: nothing in flight.
    void save(size_t shard, SavedGates& out, Instant now) const;
    size_t size() const { return hosts_.size() + domains_.size(); }

  private:
    Gate first(uint64_t key, const Limits& limits, Duration pause_max, Instant now) const;

    Instant blocked_since_;
    const Instant began_;
    ShardedMap<HostKey, KeptHost> hosts_;
    ShardedMap<uint64_t, std::shared_ptr<SharedGate>> domains_;
    std::shared_ptr<const SavedGates> saved_;  // null when all its windows are over
};

}  // namespace crawld
