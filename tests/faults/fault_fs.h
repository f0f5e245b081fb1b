// FaultFileSystem: RocksDB's file layer over the real one, with a power switch.
//
// It counts the operations that change something (create, append, sync, rename, delete, directory
// sync) and can let the k-th fail, alone or with all that follow (the process is dead). It never
// syncs for real; it remembers what was synced, and lose_power() leaves on disk what a power cut
// would: files to their synced length (or some bytes more), no file and no rename whose directory
// was not synced. Reads, and RocksDB's own log, pass through.
//
// Thread: any.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/prng.h"

namespace crawld {

enum class Fault : uint8_t {
    none,
    io_error,   // this operation fails, the next ones work
    no_space,   // likewise, for want of space
    power_cut,  // this one and all after it fail
};

enum class UnsyncedTail : uint8_t { dropped, torn, kept };

class FaultFileSystem : public rocksdb::FileSystemWrapper {
  public:
    FaultFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
    static const char* kClassName() { return "FaultFileSystem"; }
    const char* Name() const override { return kClassName(); }

    // The k-th operation from now on, counted from 0.
    void fail_at(uint64_t k, Fault fault);
    bool fired() const;
    uint64_t operations() const;
    // With no file open. Then everything works again.
    void lose_power(UnsyncedTail tail, Prng& prng);
    void stop_failing();

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
    void synced(const std::string& name);
    void directory_synced(const std::string& name);

  private:
    struct File {
        uint64_t bytes = 0;
        uint64_t synced_bytes = 0;
        bool name_synced = false;
        std::optional<std::string> replaced;  // what a rename that is not synced put out of the way
    };

    mutable std::mutex mutex_;
    std::map<std::string, File> files_;
    uint64_t operations_ = 0;
    uint64_t fail_at_ = UINT64_MAX;
    Fault fault_ = Fault::none;
    bool fired_ = false;
};

}  // namespace crawld
