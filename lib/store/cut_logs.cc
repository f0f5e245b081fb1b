#include "store/cut_logs.h"

#include <rocksdb/file_system.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"

namespace crawld {

namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

class CutFile : public rocksdb::FSSequentialFileOwnerWrapper {
  public:
    CutFile(std::unique_ptr<rocksdb::FSSequentialFile>&& target, uint64_t bytes)
        : FSSequentialFileOwnerWrapper(std::move(target)), left_(bytes) {}

    IOStatus Read(size_t bytes, const IOOptions& options, rocksdb::Slice* result, char* scratch,
                  IODebugContext* debug) override {
        const auto most = static_cast<size_t>(std::min<uint64_t>(bytes, left_));
        const IOStatus status =
            FSSequentialFileOwnerWrapper::Read(most, options, result, scratch, debug);
        if (status.ok()) left_ -= result->size();
        return status;
    }
    IOStatus Skip(uint64_t bytes) override {
        const uint64_t most = std::min(bytes, left_);
        left_ -= most;
        return FSSequentialFileOwnerWrapper::Skip(most);
    }

  private:
    uint64_t left_;
};

std::optional<uint64_t> log_number(const std::string& path) {
    const std::string name = path.substr(path.rfind('/') + 1);
    constexpr std::string_view kEnding = ".log";
    if (!name.ends_with(kEnding)) return std::nullopt;
    return parse_uint(std::string_view(name).substr(0, name.size() - kEnding.size()));
}

class CutLogs : public rocksdb::FileSystemWrapper {
  public:
    CutLogs(const std::shared_ptr<rocksdb::FileSystem>& target, Cuts cuts, bool has_logs)
        : FileSystemWrapper(target), cuts_(std::move(cuts)), has_logs_(has_logs) {}
    static const char* kClassName() { return "CutLogs"; }
    const char* Name() const override { return kClassName(); }

    IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                               std::unique_ptr<rocksdb::FSSequentialFile>* out,
                               IODebugContext* debug) override {
        std::unique_ptr<rocksdb::FSSequentialFile> file;
        const IOStatus status = FileSystemWrapper::NewSequentialFile(path, options, &file, debug);
        const auto bytes = status.ok() ? end_of(path) : std::nullopt;
        if (bytes)
            *out = std::make_unique<CutFile>(std::move(file), *bytes);
        else
            *out = std::move(file);
        return status;
    }

  private:
    std::optional<uint64_t> end_of(const std::string& path) const {
        if (cuts_.manifest && path.ends_with("/" + manifest_name(cuts_.manifest->log)))
            return cuts_.manifest->bytes;
        const auto number = log_number(path);
        if (!number) return std::nullopt;
        if (!has_logs_) return 0;
        for (const LogPosition& cut : cuts_.logs)
            if (cut.log == *number) return cut.bytes;
        return std::nullopt;
    }

    const Cuts cuts_;
    const bool has_logs_;
};

}  // namespace

std::unique_ptr<rocksdb::Env> env_with_cuts(rocksdb::Env& env, Cuts cuts) {
    return rocksdb::NewCompositeEnv(
        std::make_shared<CutLogs>(env.GetFileSystem(), std::move(cuts), true));
}

std::unique_ptr<rocksdb::Env> env_without_logs(rocksdb::Env& env,
                                               std::optional<LogPosition> manifest) {
    return rocksdb::NewCompositeEnv(std::make_shared<CutLogs>(
        env.GetFileSystem(), Cuts{.manifest = manifest, .logs = {}}, false));
}

}  // namespace crawld
