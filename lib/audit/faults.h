// Audit: whether the state and the archive are whole, and what can be saved of them if not.
//
// How things move in this folder: verify.h goes over the database (state_check.h), each list of
// pages (page_list_check.h) and each file of the archive (archive_check.h) without changing a byte,
// and tells each thing that is not as it should be as a Fault. What must be compared in another
// order than the one it is read in goes through a sorter on disk (exchange/sorter.h), so that
// memory is bounded whatever the size: what the database and the lists say of archived URLs, in the
// order of files and offsets; the lines of an index beside those that its file should have; the
// records of all files in the order of URLs.
//
// FaultList counts faults and hands on the first of them.
//
// Thread: one.
// Bound:  kToldMax are handed on, or as many as the caller bears.
// Test:   tests/unit/audit/
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace crawld {

// What Fault::file says of rows of the database.
inline constexpr std::string_view kStateName = "the state database";

struct Fault {
    std::string file;                // its path, or a name for the database
    std::optional<uint64_t> offset;  // of the record
    std::string url;                 // of the record; as somebody else wrote it
    std::string what;
    std::optional<uint64_t> line{};  // of a file of lines, from 1
};

// Files of the archive and lists of pages that are looked at otherwise, or not at all.
struct FileCounts {
    uint64_t strangers = 0;  // that the database does not name
    uint64_t leftovers = 0;  // that the next start removes
    uint64_t moved = 0;
};

class FaultList {
  public:
    static constexpr uint64_t kToldMax = 200;
    using Sink = std::function<void(const Fault&)>;

    explicit FaultList(Sink sink, uint64_t told_max = kToldMax)
        : sink_(std::move(sink)), told_max_(told_max) {}
    void add(const Fault& fault) {
        if (++count_ <= told_max_) sink_(fault);
    }
    uint64_t count() const { return count_; }

  private:
    Sink sink_;
    uint64_t told_max_;
    uint64_t count_ = 0;
};

}  // namespace crawld
