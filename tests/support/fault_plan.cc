#include "support/fault_plan.h"

namespace crawld::test {

void FaultPlan::fail_at(uint64_t k, Fault fault) {
    const std::lock_guard lock(mutex_);
    fail_at_ = operations_ + k;
    fault_ = fault;
    fired_ = false;
}

void FaultPlan::stop_failing() {
    const std::lock_guard lock(mutex_);
    fault_ = Fault::none;
}

Fault FaultPlan::begin() {
    const std::lock_guard lock(mutex_);
    const uint64_t number = operations_++;
    if (fault_ == Fault::none || number < fail_at_) return Fault::none;
    if (number > fail_at_ && fault_ != Fault::power_cut) return Fault::none;
    fired_ = true;
    return fault_;
}

bool FaultPlan::is_dead() const {
    const std::lock_guard lock(mutex_);
    return fired_ && fault_ == Fault::power_cut;
}

bool FaultPlan::fired() const {
    const std::lock_guard lock(mutex_);
    return fired_;
}

bool FaultPlan::is_failing() const {
    const std::lock_guard lock(mutex_);
    return fired_ && fault_ != Fault::none;
}

uint64_t FaultPlan::operations() const {
    const std::lock_guard lock(mutex_);
    return operations_;
}

}  // namespace crawld::test
