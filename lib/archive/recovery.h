// recover(): makes the archive what the database says it is, at a start.
//
// A file that is open is cut to its committed length, or removed if nothing of it is; what the
// database has committed must be there, whether the file is open or sealed; sealed files are only
// looked at. Files that are open and committed are handed on to be sealed.
//
// Idempotent: it may be cut short at any place and begun again. It ends with the directory synced,
// so that of a file which it found sealed the committed length may be forgotten.
// Errors: corrupt, naming the file: what is committed is not there, or a sealed file has another
//         length than what was committed of it. Nothing is changed then.
// Bound:  a look at each file of the directory, no reading: 10 us a file.
// Thread: the committer's, before ArchiveWriter is opened.
// Source: contract.md, D2, D3, D7 and D8.
// Test:   tests/unit/archive/recovery_test.cc, tests/faults/archive_faults_test.cc
#pragma once

#include <span>
#include <string>
#include <vector>

#include "archive/archive_writer.h"
#include "archive/disk.h"

namespace crawld {

struct CutFile {
    std::string name;
    uint64_t bytes_before = 0;
    uint64_t bytes = 0;
};
// What it did, for one event.
struct Recovery {
    std::vector<CutFile> cut;
    std::vector<std::string> removed;     // nothing of them was committed
    std::vector<std::string> left_alone;  // open, but not by this configuration's names
    uint64_t sealed_checked = 0;
    std::vector<FullFile> to_seal;

    uint64_t cut_bytes() const;
};

DiskResult<Recovery> recover(Disk& disk, const ArchiveWriterOptions& options,
                             std::span<const CommittedLength> committed);

}  // namespace crawld
