// FaultFileSystem: RocksDB's file layer over the real one, with a power switch.
//
// Its plan counts the operations that change something (create, append, sync, rename, delete,
// directory sync) and can let the k-th fail, alone or with all that follow (the process is dead).
// It never syncs for real; it remembers what was synced, and lose_power() leaves on disk what a
// power cut would: files to their synced length (or some sectors more), no file and no rename
// whose directory was not synced. Reads pass through.
//
// Thread: any.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/prng.h"
#include "support/fault_plan.h"

namespace crawld::test {

class FaultFileSystem : public rocksdb::FileSystemWrapper {
  public:
    explicit FaultFileSystem(std::shared_ptr<FaultPlan> plan = std::make_shared<FaultPlan>())
        : FileSystemWrapper(rocksdb::FileSystem::Default()), plan_(std::move(plan)) {}
    static const char* kClassName() { return "FaultFileSystem"; }
    const char* Name() const override { return kClassName(); }

    // As of its plan.
    void fail_at(uint64_t k, Fault fault) { plan_->fail_at(k, fault); }
    void stop_failing() { plan_->stop_failing(); }
    bool fired() const { return plan_->fired(); }
    uint64_t operations() const { return plan_->operations(); }
    // Called as a file is about to be synced; before the plan is asked.
    void before_sync(std::function<void(const std::string& name)> hook) {
        before_sync_ = std::move(hook);
    }
    uint64_t synced_bytes(const std::string& name);
    // With no file open. Then everything works again.
    void lose_power(Unsynced unsynced, Prng& prng);

    rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* out,
                                      rocksdb::IODebugContext* debug) override;
    rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                   std::unique_ptr<rocksdb::FSDirectory>* out,
                                   rocksdb::IODebugContext* debug) override;
    rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                                 const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* debug) override;
    rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* debug) override;

    // For its files and directories.
    rocksdb::IOStatus begin_operation();
    void appended(const std::string& name, uint64_t bytes);
    void cut(const std::string& name, uint64_t bytes);
    rocksdb::IOStatus sync(const std::string& name);
    void directory_synced(const std::string& name);

  private:
    struct File {
        uint64_t bytes = 0;
        uint64_t synced_bytes = 0;
        bool name_synced = false;
        std::optional<std::string> replaced;  // what a rename that is not synced put out of the way
    };

    const std::shared_ptr<FaultPlan> plan_;
    std::function<void(const std::string& name)> before_sync_;
    std::mutex mutex_;
    std::map<std::string, File> files_;
};

}  // namespace crawld::test
