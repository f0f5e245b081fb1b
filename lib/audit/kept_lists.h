// KeptLists: the lists of pages (crawl/page_sink.h) that a repair takes over into a fresh state.
//
// A list that is as it was committed keeps its length and digest; one that is not, its lines as far
// as they are whole, without a digest. Lines that verify() finds wrong in the fresh state are then
// left out: of what was cut of the archive, unreadable ones, those whose visit is not where they
// say. The list as it was stays beside it as NAME.damaged.
//
// A start removes what it finds open and not in the state, so an open list gets its row too. Lists
// that are not there may have been moved away, and keep their rows, unless they are said to be
// lost.
//
// Errors: io, permission, and those of the new store. A list that cannot be written anew stays,
//         which is told.
// Bound:  a line, and 8 bytes for each line that is left out.
// Thread: one.
// Test:   tests/unit/audit/kept_lists_test.cc, tests/e2e/damage_test.py
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "archive/disk.h"
#include "audit/faults.h"
#include "crawl/archive_rows.h"
#include "store/store.h"

namespace crawld {

class KeptLists {
  public:
    struct Setup {
        Disk& disk;
        std::string directory;  // which may be absent
        bool lost;
    };
    explicit KeptLists(Setup setup) : setup_(std::move(setup)) {}

    // The rows. Null: nothing of the old state can be read. `all_known`: the fresh state knows all
    // pages that the old one knew.
    Status carry(Store& fresh, Store* old, bool all_known);
    // Whether it is of a line, which mend() leaves out.
    bool takes(const Fault& fault);
    Status mend(Store& fresh);
    // What was done, in sentences.
    const std::vector<std::string>& told() const { return told_; }

  private:
    struct Known {
        std::optional<CommittedList> open;
        std::optional<CommittedList> ended;
    };
    struct Read {
        uint64_t bytes = 0;  // of whole lines
        uint64_t digest = 0;
    };
    Status read_rows(Store& old);
    Status carry_list(Batch& batch, const std::string& name, bool open, bool has_old);
    Result<Read> read_lines(const std::string& path, uint64_t bytes);
    Result<Read> write_without(const std::string& path, const std::string& name,
                               const std::vector<uint64_t>& lines);
    Status set_aside(const std::string& path, const std::string& name, std::string why);

    Setup setup_;
    bool all_known_ = false;
    std::map<std::string, Known> known_;
    std::map<std::string, uint64_t> bytes_;               // that count, by path
    std::map<std::string, std::vector<uint64_t>> wrong_;  // by path
    std::vector<std::string> told_;
};

}  // namespace crawld
