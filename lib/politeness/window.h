// Window: at most `count` requests in any interval of length `period`. Written "60/5m".
//
// Test: tests/unit/politeness/window_test.cc
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace crawld {

inline constexpr uint32_t kWindowCountMax = 10'000;
inline constexpr Duration kWindowPeriodMax = hours(24);

struct Window {
    uint32_t count = 1;
    Duration period{0};
    auto operator<=>(const Window&) const = default;
};

// "N/P" with 1 <= N <= kWindowCountMax and 0 < P <= kWindowPeriodMax.
Status parse_text(std::string_view text, Window& value);
std::string to_text(const Window& value);

}  // namespace crawld
