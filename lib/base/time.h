// Time types. Nothing here can read a clock: only loop/ does, and hands `now` down.
//
// Units:  microseconds everywhere. Instant is CLOCK_BOOTTIME (monotonic, counts suspend: contract
//         P3); WallTime is UTC since 1970 and is used for logs and for times that outlive a boot.
// Test:   tests/unit/base/time_test.cc
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace crawld {

using Duration = std::chrono::microseconds;

// Clock types without now(), so that code that is given a time cannot fetch one by itself.
struct BootClock {
    using rep = Duration::rep;
    using period = Duration::period;
    using duration = Duration;
    using time_point = std::chrono::time_point<BootClock, Duration>;
    static constexpr bool is_steady = true;
};
struct UtcClock {
    using rep = Duration::rep;
    using period = Duration::period;
    using duration = Duration;
    using time_point = std::chrono::time_point<UtcClock, Duration>;
    static constexpr bool is_steady = false;
};

using Instant = BootClock::time_point;
using WallTime = UtcClock::time_point;

inline constexpr Instant kNever = Instant::max();  // "no time at which this happens by itself"
inline constexpr Instant kAlways = Instant{Duration{0}};  // "at once": before any real Instant

using std::chrono::duration_cast;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int64_t to_us(Instant t) {
    return t.time_since_epoch().count();
}
constexpr int64_t to_us(WallTime t) {
    return t.time_since_epoch().count();
}
constexpr Instant instant_from_us(int64_t us) {
    return Instant{Duration{us}};
}
constexpr WallTime wall_from_us(int64_t us) {
    return WallTime{Duration{us}};
}
constexpr int64_t to_ms(Duration d) {
    return d.count() / 1000;
}
constexpr double to_seconds(Duration d) {
    return static_cast<double>(d.count()) / 1e6;
}

// "2026-02-03T04:05:06.000007Z" (RFC 3339, always microseconds, always UTC).
std::string to_rfc3339(WallTime time);

// "10s", "250ms", "5m", "24h", "7d", "1h30m", "0"; the unit is required unless the value is 0.
Result<Duration> parse_duration(std::string_view text);
// The shortest text that parse_duration reads back: "90s" is "90s", 3600 s is "1h".
std::string to_text(Duration duration);

}  // namespace crawld
