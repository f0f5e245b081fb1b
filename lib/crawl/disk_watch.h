// DiskWatch: whether there is room to go on: on the disk of each directory that a crawl writes to,
// in the archive's budget, and for the write that was refused last. While anything is short the
// crawl pauses; each lack is told once when it begins (disk.filled) and once when it ends
// (disk.recovered), with its directory.
//
// A disk is low when less than `free_percent` of its bytes or of its inodes are free, and until a
// fifth more than that is. Directories on one disk are one: the first of them is named.
//
// Time:   `now` is given; the disks are looked at once a second, refusals and the budget each time.
// Thread: the main loop's. Cost: a statvfs a directory and second.
// Test:   tests/unit/crawl/disk_watch_test.cc, tests/scenarios/low_disk.scenario,
//         tests/scenarios/low_disk_of_archive.scenario, tests/e2e/disk_faults_test.py
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "log/log.h"

namespace crawld {

// Of the disk that has a directory, as a process without privileges sees it.
struct DiskSpace {
    uint64_t device = 0;  // tells disks apart
    uint64_t free_bytes = 0;
    double free_fraction = 1;         // of its bytes
    double free_inodes_fraction = 1;  // 1 where it does not count them
};

class DiskWatch {
  public:
    using Look = std::function<DiskSpace(const std::string& directory)>;
    DiskWatch(Log& log, Look look, std::vector<std::string> directories);

    // What others know.
    struct Refusal {
        std::string directory;
        std::string message;
    };
    struct Known {
        std::optional<Refusal> refusal;  // of a write, which is tried again
        std::string over_budget;         // the archive's directory; empty: it has room
    };
    void check(Instant now, uint32_t free_percent, const Known& known);

    bool is_short() const;
    // Of the lack that lasts longest: "less than ... is free in /var/lib/crawld". Empty: none.
    std::string reason() const;

  private:
    struct Lack {
        Instant since = kNever;  // kNever: there is none
        std::string directory;
        std::string detail;
    };
    void check_disks(uint32_t free_percent);
    void set(Lack& lack, bool is, Instant now, const std::string& directory,
             const std::string& detail);

    Log& log_;
    const Look look_;
    const std::vector<std::string> directories_;
    std::vector<std::string> low_;  // what is low of each directory's disk; empty: nothing
    Instant looked_at_ = kAlways;
    std::vector<Lack> lacks_;  // of each directory, then of the refusal, then of the budget
};

}  // namespace crawld
