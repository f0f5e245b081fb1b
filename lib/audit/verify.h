// verify(): whether the state database, the lists of pages and the archive are whole and say the
// same, offline and without changing a byte.
//
// A database that cannot be read for damage is a fault, and the archive is looked at all the same,
// each file by itself. Files that the database does not name (of an earlier state, or put there by
// somebody) are checked by themselves too, and counted.
//
// Errors: those of opening the database but corrupt (locked, no_input, permission); of reading the
//         files; of temporary files.
// Bound:  200 MiB, whatever the size, and temporary files of about 200 bytes a record.
// Cost:   that of state_check.h, page_list_check.h and archive_check.h.
// Thread: one. The state directory is locked meanwhile.
// Test:   tests/unit/audit/verify_test.cc, tests/e2e/archive_test.py
#pragma once

#include <string>

#include "archive/disk.h"
#include "audit/archive_check.h"
#include "audit/faults.h"
#include "audit/page_list_check.h"
#include "audit/state_check.h"
#include "store/options.h"

namespace crawld {

struct VerifyRequest {
    std::string database;
    std::string archive;  // its directory, which may be absent
    std::string pages;    // that of the lists, likewise
    std::string temporary_directory;
    StoreOptions store;
    bool moved = false;  // files that have their names and are missing were moved away on purpose
    Disk& disk;
    const Suffixes& suffixes;
    FaultList::Sink sink;
    uint64_t told_max = FaultList::kToldMax;
};

struct VerifyCounts {
    uint64_t faults = 0;
    StateCounts state;
    PageListCounts pages;
    ArchiveCounts archive;
    FileCounts files;
};

Result<VerifyCounts> verify(const VerifyRequest& request);

}  // namespace crawld
