// StateClock: the wall time by which the state is kept. It is the machine's, unless that was set
// back: then it runs ahead of it by so much, because what is due at a time that was near would
// otherwise wait until the clock has come there again, a month or ten years later.
//
// Thread: the committer's.
// Test:   tests/unit/frontier/waking_test.cc, tests/scenarios/clock_set_back.scenario
#pragma once

#include <algorithm>

#include "base/time.h"

namespace crawld {

class StateClock {
  public:
    // The latest time that the state has seen.
    void restore(WallTime latest) { latest_ = latest; }
    // What the state takes for `wall`.
    WallTime take(WallTime wall) {
        // Loops read their clocks at different moments.
        if (wall + ahead_ + kSlack < latest_) ahead_ = latest_ - wall;
        latest_ = std::max(latest_, wall + ahead_);
        return wall + ahead_;
    }
    Duration ahead() const { return ahead_; }
    WallTime latest() const { return latest_; }

  private:
    static constexpr Duration kSlack = minutes(1);
    Duration ahead_{0};
    WallTime latest_{};
};

}  // namespace crawld
