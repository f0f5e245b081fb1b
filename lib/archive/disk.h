// Disk: the seam for the files of the archive. PosixDisk is the real one (posix_disk.h); tests have
// one in memory that loses what was not synced.
//
// Nothing is durable before it is synced: bytes by the file's sync(), names (of what was created,
// renamed, removed) by sync_directory().
//
// Units:  paths are whole; offsets and sizes are bytes.
// Thread: a Disk any; a DiskFile one at a time.
// Errors: DiskError: a sentence that names the file, and the cause where a caller does something
//         about it. A write that failed may have written any part. After a failed sync() nobody
//         knows what is on the disk: the kernel may drop the pages and say yes the next time, so it
//         is never tried again.
// Test:   tests/unit/archive/disk_test.cc
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace crawld {

enum class DiskCause : uint8_t { other, no_space, not_found, exists };

struct DiskError {
    DiskCause cause = DiskCause::other;
    Error error;
};
// It may go well when it is tried again.
inline bool passes(const DiskError& error) {
    return error.cause == DiskCause::no_space || error.error.code == ErrorCode::os_limit;
}
template <class T>
using DiskResult = tl::expected<T, DiskError>;
using DiskStatus = DiskResult<void>;
// Where the cause does not matter any more.
inline Status as_status(const DiskStatus& done) {
    return done ? Status() : tl::unexpected(done.error().error);
}

class DiskFile {
  public:
    virtual ~DiskFile() = default;
    virtual const std::string& path() const = 0;
    // Fewer bytes than asked for at the end of the file only.
    virtual DiskResult<size_t> read(uint64_t offset, std::span<char> out) = 0;
    // All pieces, one behind the other.
    virtual DiskStatus write(uint64_t offset, std::span<const std::string_view> pieces) = 0;
    virtual DiskStatus truncate(uint64_t bytes) = 0;
    virtual DiskStatus sync() = 0;
    virtual DiskResult<uint64_t> size() = 0;
};

class Disk {
  public:
    virtual ~Disk() = default;
    virtual DiskResult<std::unique_ptr<DiskFile>> create(const std::string& path) = 0;  // new
    virtual DiskResult<std::unique_ptr<DiskFile>> open_to_read(const std::string& path) = 0;
    virtual DiskResult<std::unique_ptr<DiskFile>> open_to_write(const std::string& path) = 0;
    // Takes the place of a file that is there.
    virtual DiskStatus rename(const std::string& from, const std::string& to) = 0;
    virtual DiskStatus remove(const std::string& path) = 0;
    // The names in it, sorted, without "." and "..".
    virtual DiskResult<std::vector<std::string>> list(const std::string& directory) = 0;
    // os_limit: there was no descriptor, and no sync was tried.
    virtual DiskStatus sync_directory(const std::string& directory) = 0;
    // What a process without privileges may still fill.
    virtual DiskResult<uint64_t> free_bytes(const std::string& directory) = 0;
};

}  // namespace crawld
