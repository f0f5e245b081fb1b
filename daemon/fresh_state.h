// FreshState: where a repair makes its state, and how that takes the place of the old one.
//
// In the state directory, beside db:
//
//     db.repairing      under way; the next repair removes it
//     db.repaired       complete, or behind the exchange the old one
//     db.damaged-TIME   old ones, which nobody removes
//
// The two change places in one step. Where the file system has no such step there are two, and a
// crash between them leaves no state, which a start refuses; the next repair does the second.
//
// What tells a complete one from an old one is a file in it, kMark: a line with the name that the
// old one gets, and its fingerprint. It is written and synced when the state is complete and
// before it is called db.repaired, and removed when the state is in its place: so a db that is
// about to be set aside has none, and a db.repaired without one is old, whatever was killed when.
// Only where the old one has that name already, and there is no db, was the second step missing.
// A complete one that did not take its place is removed: the crawl may have gone on since.
//
// Thread: one. The lock of the state is held.
// Errors: those of the disk; what cannot be changed stays as it is, and what is where is told.
// Test:   tests/e2e/repair_cut_short_test.py
#pragma once

#include <optional>
#include <string>

#include "archive/disk.h"
#include "base/time.h"

namespace crawld {

class FreshState {
  public:
    FreshState(Disk& disk, std::string state_dir, WallTime now);

    const std::string& database() const { return database_; }
    const std::string& path() const { return fresh_; }  // where to make it
    // Where the old one is, behind take_the_place(); empty: there was none.
    const std::string& aside() const { return kept_; }

    // What repairs left that were cut short is cleared away or kept, and each told in a line on
    // standard output. True: it was the second step, and the state of that repair is in its place.
    Result<bool> end_the_last();
    // That it is complete, durably; nobody has it open.
    Status mark();
    // An error may come behind the exchange: is_in_place() tells.
    Status take_the_place();
    bool is_in_place() const { return in_place_; }
    // A repair that failed; as far as the disk lets it.
    void abandon();

  private:
    Status clear_ready();
    Result<bool> end_second_step();
    DiskStatus change_places();
    DiskStatus in_two_steps();
    std::string name_for_old() const;

    Disk& disk_;
    const std::string state_dir_;
    const std::string database_;
    const std::string fresh_;
    const std::string ready_;
    const std::string time_;
    std::string aside_;
    std::string kept_;
    bool in_place_ = false;
};

// What a repair that was cut short left beside the database in that directory, in a sentence for
// the log of a start; empty: nothing.
std::string left_by_repair(const std::string& state_dir);

}  // namespace crawld
