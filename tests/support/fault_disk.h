// FaultDisk: a Disk in memory with a power switch.
//
// Its plan counts the operations that change something (create, write, truncate, sync, rename,
// remove, sync of a directory) and can let the k-th fail, alone or with all that follow (the
// process is dead). It remembers what was synced, and lose_power() leaves what a power cut would:
// files as they were synced, or with some of what was written behind that, torn; and the changes of
// names whose directory was not synced up to any one of them.
//
// A sync that fails loses what it should have written, as Linux does: the next one says yes all the
// same. A write that fails has written a part.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "archive/disk.h"
#include "base/prng.h"
#include "support/fault_plan.h"

namespace crawld::test {

class FaultDisk : public Disk {
  public:
    explicit FaultDisk(std::shared_ptr<FaultPlan> plan = std::make_shared<FaultPlan>());
    ~FaultDisk() override;

    // As of its plan.
    void fail_at(uint64_t k, Fault fault) { plan_->fail_at(k, fault); }
    void stop_failing() { plan_->stop_failing(); }
    bool fired() const { return plan_->fired(); }
    uint64_t operations() const { return plan_->operations(); }
    // With no file open. Then everything works again.
    void lose_power(Unsynced unsynced, Prng& prng);

    // For tests: what is there, and changing it behind everyone's back.
    std::string contents(const std::string& path) const;
    void put(const std::string& path, std::string bytes);
    std::vector<std::string> names() const;

    DiskResult<std::unique_ptr<DiskFile>> create(const std::string& path) override;
    DiskResult<std::unique_ptr<DiskFile>> open_to_read(const std::string& path) override;
    DiskResult<std::unique_ptr<DiskFile>> open_to_write(const std::string& path) override;
    DiskStatus rename(const std::string& from, const std::string& to) override;
    DiskStatus remove(const std::string& path) override;
    DiskResult<std::vector<std::string>> list(const std::string& directory) override;
    DiskStatus sync_directory(const std::string& directory) override;
    DiskResult<uint64_t> free_bytes(const std::string& directory) override;

  private:
    class File;
    struct Inode;
    struct State;
    std::shared_ptr<FaultPlan> plan_;
    std::shared_ptr<State> state_;
};

}  // namespace crawld::test
