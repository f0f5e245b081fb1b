// HostHealth: backoff and circuit breaker of one host, as "not before" times for its gate.
//
// 429/503 without Retry-After, and failures of the host (connect, DNS, TLS, 5xx runs): backoff
// doubles from max(backoff_min, 10 x gap) to backoff_max with jitter in [0.5, 1.5), and is
// forgiven after 10 good responses in a row. Retry-After, in both forms, is clamped to
// retry_after_max and is taken as it is. After breaker_failures host failures in a row the breaker
// opens: nothing for breaker_sleep, then half-open: exactly one probe, whose result closes it or
// puts the host back to sleep.
// Pure: `now` and the jitter's Prng are parameters.
// Test: tests/unit/politeness/host_health_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/prng.h"
#include "base/time.h"
#include "politeness/options.h"

namespace crawld {

enum class HostVerdict : uint8_t { good, throttled, failed };  // failed: speaks against the host

class HostHealth {
  public:
    enum class State : uint8_t { closed, open, half_open };

    struct Report {
        HostVerdict verdict = HostVerdict::good;
        std::optional<Duration> retry_after;  // parsed, not yet clamped
        Duration gap{0};                      // the host's smallest gap (largest P/N of its windows)
    };
    // What the gate must not open before because of this response (kAlways: nothing).
    Instant observe(const Report& report, const PolitenessOptions& options, Instant now, Prng& prng);

    State state(Instant now) const;
    // In half_open only one request may be in flight: the caller asks before it takes a slot.
    bool may_start(Instant now, uint32_t in_flight) const;
    uint32_t failures() const { return failures_; }

    void save(std::string& out) const;
    static HostHealth restore(std::string_view saved);

  private:
    uint32_t failures_ = 0;      // host failures in a row
    uint32_t backoff_step_ = 0;  // doublings so far
    uint32_t good_ = 0;          // good responses in a row
    bool tripped_ = false;
    Instant sleeps_until_ = kAlways;
};

// RFC 9110 10.2.3: delta-seconds or an HTTP date (all three formats of 5.6.7), relative to `now`.
std::optional<Duration> parse_retry_after(std::string_view value, WallTime now);
// The HTTP date formats of RFC 9110 5.6.7.
std::optional<WallTime> parse_http_date(std::string_view value);

}  // namespace crawld
