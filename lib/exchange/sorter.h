// Sorter: puts any number of records in the order of their bytes, within a bound of memory.
//
// How: records gather in memory; when that is full they are sorted and written as one run to a file
// that has no name any more, so that nothing is left of it whatever happens. next() merges the
// runs.
//
// Units:  records are bytes, in the order of memcmp; equal ones stay both.
// Owns:   the file, in `directory`, as large as all records together.
// Errors: cannot_create (73), io (74: also a full disk), permission (77); they name the directory.
// Bound:  `memory_bytes`, and then kRunBufferBytes for each run.
// Thread: one.
// Test:   tests/unit/exchange/sorter_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace crawld {

class Sorter {
  public:
    static constexpr size_t kRunBufferBytes = 64 * 1024;

    Sorter(std::string directory, size_t memory_bytes);
    ~Sorter();
    Sorter(const Sorter&) = delete;
    Sorter& operator=(const Sorter&) = delete;

    Status add(std::string_view record);
    // Nothing may be added behind it.
    Status sort();
    // The smallest that is left, until the next call. Nothing at the end.
    Result<std::optional<std::string_view>> next();

  private:
    struct Run {
        uint64_t at = 0;  // in the file: what is not in the buffer yet
        uint64_t end = 0;
        std::string buffer;
        size_t begin = 0;
        size_t bytes = 0;  // of the record at `begin`, without its length; none left: kNone
        std::string_view record() const;
    };
    static constexpr size_t kNone = SIZE_MAX;

    void sort_memory();
    Status make_file();
    Status write_run();
    Status advance(Run& run);
    Status refill(Run& run);
    static bool behind(const Run* a, const Run* b) { return a->record() > b->record(); }

    std::string directory_;
    size_t memory_bytes_;
    int fd_ = -1;
    uint64_t file_bytes_ = 0;
    std::string bytes_;              // the records in memory: their sizes and bytes
    std::vector<size_t> positions_;  // of each in bytes_
    size_t next_in_memory_ = 0;
    std::vector<Run> runs_;
    std::vector<Run*> heap_;  // the run with the smallest record first
    Run* taken_ = nullptr;    // whose record was given out
};

}  // namespace crawld
