// Tally: what a run has done so far, for the summary at its end and the progress line.
//
// Thread: any. Counted when durable, never before (contract D6).
// Bound:  of hosts 9 to 18 bytes each; further ones than kHostsMax are not counted.
// Test:   tests/unit/crawl/tally_test.cc
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string_view>

#include "crawl/reason_counts.h"
#include "fetch/outcome.h"
#include "url/fingerprint_set.h"
#include "url/keys.h"

namespace crawld {

struct TallyCounts {
    std::array<uint64_t, kOutcomes> outcomes{};  // settled requests and skips, by outcome
    ReasonCounts reasons;                        // of what was skipped
    uint64_t robots_fetches = 0;
    uint64_t bytes_wire = 0;
    uint64_t bytes_body = 0;
    uint64_t links_found = 0;
    uint64_t links_new = 0;
    ReasonCounts links_left_out;
    uint64_t hosts_fetched = 0;  // with at least one response in this run

    uint64_t of(Outcome outcome) const { return outcomes[static_cast<size_t>(outcome)]; }
};

class Tally {
  public:
    static constexpr size_t kHostsMax = 16'000'000;

    explicit Tally(size_t hosts_max = kHostsMax) : hosts_max_(hosts_max) {}

    template <class Change>
    void change(Change change) {
        const std::lock_guard lock(mutex_);
        change(counts_);
    }
    void count_reason(std::string_view reason) {
        const std::lock_guard lock(mutex_);
        counts_.reasons.add(reason);
    }
    // The host has answered. It counts once, however often it leaves memory and comes back.
    void count_answer(HostKey host) {
        const std::lock_guard lock(mutex_);
        if (hosts_.size() < hosts_max_ && hosts_.insert(std::hash<HostKey>()(host)))
            ++counts_.hosts_fetched;
    }
    TallyCounts counts() const {
        const std::lock_guard lock(mutex_);
        return counts_;
    }

  private:
    mutable std::mutex mutex_;
    TallyCounts counts_;
    const size_t hosts_max_;
    FingerprintSet hosts_;  // that have answered; spread over its tables, which host keys are not
};

}  // namespace crawld
