// HostHealth: backoff and circuit breaker of one host, as "not before" times for its gate.
//
// 429/503 without Retry-After, and failures of the host (connect, DNS, TLS, 5xx runs): backoff
// doubles from max(backoff_min, 10 x gap) to backoff_max with jitter in [0.5, 1.5), and is
// forgiven after 10 good responses in a row. Retry-After, in both forms, is clamped to
// retry_after_max and is taken as it is. After breaker_failures host failures in a row the breaker
// opens: nothing for breaker_sleep, then half-open: exactly one probe, whose result closes it or
// puts the host back to sleep.
//
// What is reported while the host pauses or sleeps was sent before the pause began: it does not
// double the backoff again, and neither closes the breaker nor prolongs its sleep. A probe closes
// the breaker by a good response only; one that is throttled puts the host back to sleep too.
//
// Pure: `now` and the jitter's Prng are parameters.
// Disk:  save() writes wall time, which outlives a boot. Whatever the wall clock did meanwhile, no
//        restored sleep is longer than what remained of it when it was saved.
// Test:  tests/unit/politeness/host_health_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/prng.h"
#include "base/time.h"
#include "politeness/options.h"
#include "politeness/retry_after.h"

namespace crawld {

enum class HostVerdict : uint8_t { good, throttled, failed };  // failed: speaks against the host

// No host is told to wait for longer than this at a time.
Duration longest_pause(const PolitenessOptions& options);

class HostHealth {
  public:
    enum class State : uint8_t { closed, open, half_open };

    struct Report {
        HostVerdict verdict = HostVerdict::good;
        std::optional<Duration> retry_after;  // parsed, not yet clamped
        Duration gap{0};  // the host's smallest gap (largest P/N of its windows)
    };
    // What the gate must not open before because of this response (kAlways: nothing).
    Instant observe(const Report& report, const PolitenessOptions& options, Instant now,
                    Prng& prng);

    State state(Instant now) const;
    // Where the breaker is open, when it becomes half-open; kAlways where it is closed.
    Instant sleeps_until() const { return tripped_ ? sleeps_until_ : kAlways; }
    // In half_open only one request may be in flight: the caller asks before it takes a slot.
    bool may_start(Instant now, uint32_t in_flight) const;
    uint32_t failures() const { return failures_; }

    void save(std::string& out, Instant now, WallTime wall) const;
    // Bytes that cannot be read give a host of which nothing is known.
    static HostHealth restore(std::string_view saved, Instant now, WallTime wall);

  private:
    void observe_good();
    Instant back_off(const Report& report, const PolitenessOptions& options, Instant now,
                     Prng& prng);
    void count_failure(const PolitenessOptions& options, Instant now);

    uint32_t failures_ = 0;      // host failures in a row
    uint32_t backoff_step_ = 0;  // doublings so far
    uint32_t good_ = 0;          // good responses in a row
    bool tripped_ = false;
    Instant pauses_until_ = kAlways;  // the last backoff or Retry-After
    Instant sleeps_until_ = kAlways;  // tripped: the breaker's sleep
};

}  // namespace crawld
