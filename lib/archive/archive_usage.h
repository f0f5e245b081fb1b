// ArchiveUsage: the bytes of all files in the archive's directory, whoever wrote them, against a
// bound (archive.disk_budget).
//
// How: counted from the directory, and kept by what is appended. It is counted anew when a file has
// been sealed, which adds its index; when the bound comes up; and every kRecountGap while it is
// reached, as files may be moved away. Subdirectories do not count.
//
// Units:  bytes; a bound of 0 is none, and nothing is counted then.
// Thread: the committer's; set_bound() and is_over() any.
// Errors: a directory that cannot be read keeps the last count, and is read again later.
// Cost:   10 us a file, when it is counted.
// Test:   tests/unit/archive/archive_usage_test.cc, tests/e2e/disk_faults_test.py
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "archive/disk.h"
#include "base/time.h"

namespace crawld {

class ArchiveUsage {
  public:
    static constexpr Duration kRecountGap = seconds(5);

    ArchiveUsage(Disk& disk, std::string directory)
        : disk_(disk), directory_(std::move(directory)) {}

    void set_bound(uint64_t bytes) { bound_ = bytes; }
    bool is_over() const { return over_; }

    void add(uint64_t bytes) { bytes_ += bytes; }
    void something_sealed() { stale_ = true; }
    // After add(), and now and then.
    void check(WallTime now);
    uint64_t bytes() const { return bytes_; }

  private:
    bool count();
    std::optional<uint64_t> sum();

    Disk& disk_;
    const std::string directory_;
    std::atomic<uint64_t> bound_{0};
    std::atomic<bool> over_{false};
    uint64_t bytes_ = 0;
    bool stale_ = true;
    WallTime counted_at_{};
};

}  // namespace crawld
