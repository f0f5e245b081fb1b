// PhaseTimes: how long each phase of the current loop iteration has taken, for loop.stalled.
//
// Phases are few and named by literals, so a short array searched by address beats a map. What
// does not fit is counted together in the last row.
// Cost: a few nanoseconds an entry.
// Test: tests/unit/loop/phase_times_test.cc
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "base/time.h"

namespace crawld {

class PhaseTimes {
  public:
    static constexpr size_t kRows = 16;

    void add(std::string_view phase, Duration time);
    // The phase that took most; empty if there was none.
    std::string_view longest() const;
    void clear() { used_ = 0; }

  private:
    struct Row {
        std::string_view phase;
        Duration time{0};
    };
    std::array<Row, kRows> rows_{};
    size_t used_ = 0;
};

}  // namespace crawld
