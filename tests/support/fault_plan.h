// FaultPlan: which operation of the disks fails, and how. FaultDisk and FaultFileSystem
// (faults/fault_fs.h) ask it before every operation that changes something; where both have the
// same plan their operations are counted together, as those of one disk.
//
// Thread: any.
#pragma once

#include <cstdint>
#include <mutex>

namespace crawld::test {

enum class Fault : uint8_t {
    none,
    io_error,   // this operation fails, the next ones work
    no_space,   // likewise, for want of space
    power_cut,  // this one and all after it fail
};
// What a power cut leaves of that which was not synced.
enum class Unsynced : uint8_t { dropped, torn, kept };

class FaultPlan {
  public:
    void fail_at(uint64_t k, Fault fault);  // the k-th operation from now on, counted from 0
    void stop_failing();

    // An operation begins: how it fails.
    Fault begin();
    bool is_dead() const;  // the power was cut
    bool fired() const;
    bool is_failing() const;  // fired, and not stopped since
    uint64_t operations() const;

  private:
    mutable std::mutex mutex_;
    uint64_t operations_ = 0;
    uint64_t fail_at_ = UINT64_MAX;
    Fault fault_ = Fault::none;
    bool fired_ = false;
};

}  // namespace crawld::test
