#include "loop/phase_times.h"

namespace crawld {

void PhaseTimes::add(std::string_view phase, Duration time) {
    for (size_t i = 0; i < used_; ++i) {
        if (rows_[i].phase.data() == phase.data()) {
            rows_[i].time += time;
            return;
        }
    }
    if (used_ < kRows) {
        rows_[used_] = {used_ + 1 == kRows ? "other" : phase, time};
        ++used_;
    } else {
        rows_[kRows - 1].time += time;
    }
}

std::string_view PhaseTimes::longest() const {
    const Row* best = nullptr;
    for (size_t i = 0; i < used_; ++i)
        if (best == nullptr || rows_[i].time > best->time) best = &rows_[i];
    return best == nullptr ? std::string_view{} : best->phase;
}

}  // namespace crawld
