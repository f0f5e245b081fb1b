// Retry-After and the HTTP dates it may hold.
//
// Source: RFC 9110 10.2.3 and 5.6.7.
// Test:   tests/unit/politeness/retry_after_test.cc
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace crawld {

// Delta-seconds or an HTTP date relative to `now`. Zero and a time that is over ask for no pause,
// and are as no header at all. Not clamped, but below 100 years.
std::optional<Duration> parse_retry_after(std::string_view value, WallTime now);

// The three formats of 5.6.7; names in any case, the day of the week not compared with the date.
// For GMT there may be UTC or an offset, and a day of one digit, as in dates of mail (RFC 5322).
// `now` places the two-digit year of the RFC 850 form: at most 50 years ahead.
std::optional<WallTime> parse_http_date(std::string_view value, WallTime now);

}  // namespace crawld
