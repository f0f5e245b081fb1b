// Gate: all that limits requests to one key (a host, a domain, an address, the process): windows,
// concurrency, and a "not before" time.
//
// The slot rule (contract.md): a slot is taken at dispatch d(k) and becomes free at f(k) + P, where
// f(k) is the first response byte or the proof of failure. Then no interval of length P holds more
// than N requests as the server receives them, whatever delays and reorders them. One list of
// answer times serves all windows of the key: window (N, P) has room when the requests not yet
// answered plus the answers younger than P are fewer than N.
//
// A request goes through three calls: take() at dispatch, answered() at f, finished() when its
// connection is idle or closed (frees the concurrency slot). A failure before the first byte is
// answered() and finished() at once.
//
// Time:   `now` never goes back. Reload: set_limits() acts on the next take; slots taken under the
//         old windows keep counting under them until they have expired (contract P4).
// Restart: save() after a clean stop gives the exact state; block_all() is for every other start.
// Cost:   8 bytes an answer kept, at most the largest N; all calls O(windows) amortised.
// Test:   tests/unit/politeness/gate_test.cc, tests/conformance/politeness/schedules_test.cc
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "politeness/options.h"

namespace crawld {

struct Limits {
    std::vector<Window> windows;
    uint32_t concurrency = 0;  // 0: none
    bool operator==(const Limits&) const = default;
};

class Gate {
  public:
    explicit Gate(Limits limits) : limits_(std::move(limits)) {}

    // When the next take() may happen: <= now means at once; kNever means not before some request
    // in flight is answered or finished.
    Instant opens_at(Instant now) const;
    bool open(Instant now) const { return opens_at(now) <= now; }

    void take(Instant now);      // precondition: open(now)
    void answered(Instant now);  // precondition: a taken request was not answered yet
    void finished();             // precondition: a taken request was not finished yet

    void set_limits(Limits limits, Instant now);
    const Limits& limits() const { return limits_; }
    void not_before(Instant when);  // keeps the later of the two
    Instant not_before() const { return not_before_; }
    // After anything but a clean stop every key counts as full: busy until start + P, per window.
    void block_all(Instant start);

    uint32_t in_flight() const { return active_; }
    // Nothing in flight, no window holds a slot, no "not before" in the future: may be forgotten.
    bool idle(Instant now) const;

    void save(std::string& out) const;                      // precondition: nothing in flight
    static Gate restore(std::string_view saved, Limits limits);  // bad bytes: as block_all would

  private:
    Limits limits_;
    std::vector<Window> fading_;     // of earlier limits, until their slots have expired
    Instant fading_until_ = kAlways;
    std::deque<Instant> answers_;    // ascending; at most the largest count of all windows
    std::vector<Instant> full_until_;  // block_all: per current window
    Instant not_before_ = kAlways;
    uint32_t unanswered_ = 0;
    uint32_t active_ = 0;
};

}  // namespace crawld
