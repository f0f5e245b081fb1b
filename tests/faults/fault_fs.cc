#include "faults/fault_fs.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace crawld::test {

namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

class FaultFile : public rocksdb::FSWritableFileOwnerWrapper {
  public:
    FaultFile(FaultFileSystem& system, std::string name,
              std::unique_ptr<rocksdb::FSWritableFile>&& target)
        : FSWritableFileOwnerWrapper(std::move(target)), system_(system), name_(std::move(name)) {}

    IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
        if (auto failed = system_.begin_operation(); !failed.ok()) return failed;
        const auto status = FSWritableFileOwnerWrapper::Append(data, options, debug);
        if (status.ok()) system_.appended(name_, data.size());
        return status;
    }
    IOStatus Append(const Slice& data, const IOOptions& options,
                    const rocksdb::DataVerificationInfo&, IODebugContext* debug) override {
        return Append(data, options, debug);
    }
    // Room that is taken ahead is no change, and costs more than all the rest.
    void PrepareWrite(size_t, size_t, const IOOptions&, IODebugContext*) override {}
    IOStatus Allocate(uint64_t, uint64_t, const IOOptions&, IODebugContext*) override {
        return IOStatus::OK();
    }
    IOStatus Truncate(uint64_t bytes, const IOOptions& options, IODebugContext* debug) override {
        if (auto failed = system_.begin_operation(); !failed.ok()) return failed;
        const auto status = FSWritableFileOwnerWrapper::Truncate(bytes, options, debug);
        if (status.ok()) system_.cut(name_, bytes);
        return status;
    }
    IOStatus Sync(const IOOptions&, IODebugContext*) override { return system_.sync(name_); }
    IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
        return Sync(options, debug);
    }
    IOStatus RangeSync(uint64_t, uint64_t, const IOOptions&, IODebugContext*) override {
        return IOStatus::OK();
    }

  private:
    FaultFileSystem& system_;
    std::string name_;
};

class FaultDirectory : public rocksdb::FSDirectoryWrapper {
  public:
    FaultDirectory(FaultFileSystem& system, std::string name,
                   std::unique_ptr<rocksdb::FSDirectory>&& target)
        : FSDirectoryWrapper(std::move(target)), system_(system), name_(std::move(name)) {}

    IOStatus Fsync(const IOOptions&, IODebugContext*) override {
        if (auto failed = system_.begin_operation(); !failed.ok()) return failed;
        system_.directory_synced(name_);
        return IOStatus::OK();
    }
    IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                                 const rocksdb::DirFsyncOptions&) override {
        return Fsync(options, debug);
    }

  private:
    FaultFileSystem& system_;
    std::string name_;
};

// Some of those behind `synced` did not reach the disk: they read as zeros.
void lose_sectors(const std::string& path, uint64_t synced, Prng& prng) {
    constexpr uint64_t kSector = 512;
    const uint64_t bytes = std::filesystem::file_size(path);
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    for (uint64_t at = synced; at < bytes; at = (at / kSector + 1) * kSector) {
        if (prng.below(3) != 0) continue;
        const uint64_t end = std::min((at / kSector + 1) * kSector, bytes);
        file.seekp(static_cast<std::streamoff>(at));
        file << std::string(end - at, '\0');
    }
}

std::string contents(const std::string& name) {
    std::ifstream in(name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

IOStatus FaultFileSystem::begin_operation() {
    const Fault fault = plan_->begin();
    if (fault == Fault::none) return IOStatus::OK();
    if (fault == Fault::no_space) return IOStatus::NoSpace("injected");
    return IOStatus::IOError("injected");
}

void FaultFileSystem::appended(const std::string& name, uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    files_[name].bytes += bytes;
}

void FaultFileSystem::cut(const std::string& name, uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    File& file = files_[name];
    file.bytes = bytes;
    file.synced_bytes = std::min(file.synced_bytes, bytes);
}

IOStatus FaultFileSystem::sync(const std::string& name) {
    if (before_sync_) before_sync_(name);
    if (auto failed = begin_operation(); !failed.ok()) return failed;
    const std::lock_guard lock(mutex_);
    File& file = files_[name];
    file.synced_bytes = file.bytes;
    return IOStatus::OK();
}

uint64_t FaultFileSystem::synced_bytes(const std::string& name) {
    const std::lock_guard lock(mutex_);
    const auto file = files_.find(name);
    return file == files_.end() ? 0 : file->second.synced_bytes;
}

void FaultFileSystem::directory_synced(const std::string& name) {
    const std::lock_guard lock(mutex_);
    const std::filesystem::path directory = std::filesystem::path(name + "/").parent_path();
    for (auto& [path, file] : files_) {
        if (std::filesystem::path(path).parent_path() != directory) continue;
        file.name_synced = true;
        file.replaced.reset();
    }
}

IOStatus FaultFileSystem::NewWritableFile(const std::string& name,
                                          const rocksdb::FileOptions& options,
                                          std::unique_ptr<rocksdb::FSWritableFile>* out,
                                          IODebugContext* debug) {
    if (auto failed = begin_operation(); !failed.ok()) return failed;
    std::unique_ptr<rocksdb::FSWritableFile> target;
    auto status = FileSystemWrapper::NewWritableFile(name, options, &target, debug);
    if (!status.ok()) return status;
    {
        const std::lock_guard lock(mutex_);
        files_[name] = File{};
    }
    *out = std::make_unique<FaultFile>(*this, name, std::move(target));
    return status;
}

IOStatus FaultFileSystem::NewDirectory(const std::string& name, const IOOptions& options,
                                       std::unique_ptr<rocksdb::FSDirectory>* out,
                                       IODebugContext* debug) {
    std::unique_ptr<rocksdb::FSDirectory> target;
    auto status = FileSystemWrapper::NewDirectory(name, options, &target, debug);
    if (status.ok()) *out = std::make_unique<FaultDirectory>(*this, name, std::move(target));
    return status;
}

IOStatus FaultFileSystem::RenameFile(const std::string& from, const std::string& to,
                                     const IOOptions& options, IODebugContext* debug) {
    if (auto failed = begin_operation(); !failed.ok()) return failed;
    std::optional<std::string> replaced;
    if (std::filesystem::exists(to)) replaced = contents(to);
    auto status = FileSystemWrapper::RenameFile(from, to, options, debug);
    const std::lock_guard lock(mutex_);
    const auto moved = files_.find(from);
    if (!status.ok() || moved == files_.end()) return status;
    File file = moved->second;
    files_.erase(moved);
    file.name_synced = false;
    file.replaced = std::move(replaced);
    files_[to] = std::move(file);
    return status;
}

IOStatus FaultFileSystem::DeleteFile(const std::string& name, const IOOptions& options,
                                     IODebugContext* debug) {
    if (auto failed = begin_operation(); !failed.ok()) return failed;
    auto status = FileSystemWrapper::DeleteFile(name, options, debug);
    const std::lock_guard lock(mutex_);
    if (status.ok()) files_.erase(name);
    return status;
}

void FaultFileSystem::lose_power(Unsynced unsynced, Prng& prng) {
    const std::lock_guard lock(mutex_);
    plan_->stop_failing();
    for (const auto& [path, file] : files_) {
        if (!std::filesystem::exists(path)) continue;
        if (!file.name_synced && file.replaced) {
            std::ofstream(path, std::ios::binary | std::ios::trunc) << *file.replaced;
        } else if (!file.name_synced) {
            std::filesystem::remove(path);
        } else {
            const uint64_t behind = file.bytes - file.synced_bytes;
            uint64_t keep = 0;
            if (unsynced == Unsynced::torn) keep = prng.below(behind + 1);
            if (unsynced == Unsynced::kept) keep = behind;
            std::filesystem::resize_file(path, file.synced_bytes + keep);
            if (unsynced == Unsynced::torn) lose_sectors(path, file.synced_bytes, prng);
        }
    }
    files_.clear();  // what is there now is on disk
}

}  // namespace crawld::test
