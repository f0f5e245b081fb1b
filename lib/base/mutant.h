// Mutants: mistakes that break the contract's chapter on durability, made on purpose, so that
// tests/faults/mutants.py can show that the tests see each of them.
//
// They are in builds with CRAWLD_MUTANTS=ON alone, where the environment's CRAWLD_MUTANT names the
// one that is made. In all others mutant() is false at compile time, and nothing is left of it.
//
// Thread: any.
// Test:   tests/faults/mutants.py
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#ifdef CRAWLD_MUTANTS
#include <algorithm>
#include <cstdlib>

#include "base/check.h"
#endif

namespace crawld {

enum class Mutant : uint8_t {
    none,
    links_in_another_batch,     // D1: a page is done in one batch, its links come in the next
    skip_roll_back,             // D2: records of a group that failed stay in the archive
    commit_before_append,       // D3: the batch is written before the records
    skip_archive_sync,          // D3: the records are not synced before the batch
    skip_directory_sync,        // D3: nor is the name of a new archive file
    forget_committed_length,    // D3: the batch does not say how long the archive file is
    keep_tail,                  // D3: a start does not cut what was not committed
    rename_before_sync,         // D3: an index has its name before its bytes are on the disk
    forget_slots,               // D4: after a crash all windows are empty
    allow_unknown_robots,       // D5: where no robots.txt is known all is allowed
    skip_log_sync,              // D6: a batch is done when the kernel has it
    acknowledge_before_commit,  // D6: a visit is done before it is on the disk
    retry_failed_sync,          // D6: a sync that failed is tried again
    forget_robots,              // D6: the answer for a robots.txt is not in the batch
    accept_short_file,          // D7: a start takes an archive file that has lost committed bytes
    skip_recovery_sync,         // D8: a start trusts names that are not on the disk
};
constexpr std::array<std::string_view, 17> enum_names(Mutant) {
    return {"none",
            "links_in_another_batch",
            "skip_roll_back",
            "commit_before_append",
            "skip_archive_sync",
            "skip_directory_sync",
            "forget_committed_length",
            "keep_tail",
            "rename_before_sync",
            "forget_slots",
            "allow_unknown_robots",
            "skip_log_sync",
            "acknowledge_before_commit",
            "retry_failed_sync",
            "forget_robots",
            "accept_short_file",
            "skip_recovery_sync"};
}

#ifdef CRAWLD_MUTANTS

inline Mutant chosen_mutant() {
    const char* name = std::getenv("CRAWLD_MUTANT");
    if (name == nullptr) return Mutant::none;
    constexpr auto names = enum_names(Mutant{});
    const auto found = std::find(names.begin(), names.end(), std::string_view(name));
    CRAWLD_CHECK(found != names.end());
    return static_cast<Mutant>(found - names.begin());
}
inline bool mutant(Mutant which) {
    static const Mutant chosen = chosen_mutant();
    return which == chosen;
}

#else

constexpr bool mutant(Mutant) {
    return false;
}

#endif

}  // namespace crawld
