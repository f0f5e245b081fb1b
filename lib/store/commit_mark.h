// CommitMark: how long the files of the database were when a write was last called durable. RocksDB
// takes a log that is cut or gone for one that never held more, and a manifest that is cut for an
// older one; the next open compares.
//
// On disk: COMMITTED in the database's directory, one sector that is written in place behind every
//     synced write, without a sync of its own: what a power cut leaves of it was true at its time,
//     and stays true. 512 bytes, numbers big-endian:
//         magic(8) version(4) manifest(8) manifest_bytes(8) n(4), n x (log(8) log_bytes(8)), zeros,
//         and in the last 8 bytes the fingerprint of all that is before
//     manifest and log are the numbers in the files' names; the logs are the last ones that were
//     written to. A log is compared as long as the manifest says that it is needed. Magic, version
//     and fingerprint stay where they are in every version, so that a newer one is told from
//     damage.
//
// Owns:   the descriptor.
// Thread: any; note() one at a time.
// Errors: note() has none: a mark that cannot be written stays behind, which is true all the same.
//         read(): corrupt for what write() would not have written; nothing if there is no mark.
// Cost:   three system calls a note().
// Test:   tests/unit/store/damage_test.cc, tests/e2e/damage_test.py
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace crawld {

struct FileMark {
    uint64_t number = 0;
    uint64_t bytes = 0;
    bool operator==(const FileMark&) const = default;
};
struct DatabaseMarks {
    FileMark manifest;
    std::vector<FileMark> logs;  // the last kMarkedLogsMax, by number
    bool are_newer = false;      // than this crawld reads; then they say nothing else
};
inline constexpr size_t kMarkedLogsMax = 16;
inline constexpr std::string_view kMarkName = "COMMITTED";

class CommitMark {
  public:
    // Takes the place of one that is there, durably.
    static Result<std::unique_ptr<CommitMark>> create(const std::string& directory);
    static Result<std::optional<DatabaseMarks>> read(const std::string& directory);
    ~CommitMark();
    CommitMark(const CommitMark&) = delete;
    CommitMark& operator=(const CommitMark&) = delete;

    // The log is synced up to these bytes.
    void note(FileMark log);
    // The manifest may have grown; the next note() looks.
    void manifest_changed() { manifest_is_old_ = true; }

  private:
    CommitMark(std::string directory, int fd) : directory_(std::move(directory)), fd_(fd) {}
    void look_at_manifest();

    const std::string directory_;
    const int fd_;
    std::mutex mutex_;
    DatabaseMarks marks_;  // guarded by mutex_
    std::atomic<bool> manifest_is_old_{true};
};

// The number of the manifest that CURRENT names; nothing if it names none.
std::optional<uint64_t> current_manifest(const std::string& directory);
std::string manifest_name(uint64_t number);
std::string log_name(uint64_t number);

// What a mark is refused with that write() would not have written.
Error damaged_mark(const std::string& directory);

// Corrupt, naming the file, where one is shorter than it was, or gone. Logs before `first_needed`
// may be gone. Io where one cannot be read.
Status check_manifest(const DatabaseMarks& marks, const std::string& directory);
Status check_logs(const DatabaseMarks& marks, uint64_t first_needed, const std::string& directory);

}  // namespace crawld
