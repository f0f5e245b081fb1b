// ArchiveKeeper: the archive as the committer has it: recovered at the start, appended to and
// synced before each group's batch, told in that batch, and its full files sealed.
//
// In the database (archive_rows.h): the committed length of each file, its length for good once it
// is sealed, and what the archive has of each URL and of each payload.
//
// Order: append(), put(), the batch, committed(). What stays uncommitted after that is rolled back
//        by the next append(): by then the database is known to have gone on without it.
// Sealing is a job of the workers; what it says comes with the next batch, of a group or of tick(),
//        and files that were not sealed at a stop are at the next start.
// Errors: no_space and os_limit pass (append() may be tried again, out_of_room() tells); anything
//         else is final. A file that cannot be sealed is told as an event and stays open.
// Thread: the committer's, but where it says any; open() and finish() while it has no job.
// Test:   tests/unit/crawl/archive_keeper_test.cc, tests/scenarios/archive_check.h
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "archive/archive_usage.h"
#include "archive/archive_writer.h"
#include "archive/disk.h"
#include "archive/recovery.h"
#include "crawl/archive_sealer.h"
#include "crawl/record_maker.h"
#include "log/log.h"
#include "loop/executor.h"
#include "store/store.h"

namespace crawld {

class ArchiveKeeper {
  public:
    struct Setup {
        Disk& disk;
        Executor& workers;
        Log& log;
        ArchiveWriterOptions options;
        ArchiveWriter::MakeWarcinfo make_warcinfo;
        uint64_t disk_budget = 0;
    };
    // Makes the archive what the database says, and says in an event what was done.
    static Result<std::unique_ptr<ArchiveKeeper>> open(Setup setup, Store& store);
    ~ArchiveKeeper();

    // The records of a group, on the disk; fills in where they lie.
    Status append(std::vector<ArchivedExchange>& group, WallTime now);
    // What belongs to the batch of the group.
    void put(Batch& batch, const std::vector<ArchivedExchange>& group);
    void committed();
    // The last append() failed for want of room; it may be tried again.
    bool out_of_room() const { return out_of_room_; }
    // The bytes that its directory may have; 0: any. is_over_budget() any thread too.
    void set_budget(uint64_t bytes) { usage_.set_bound(bytes); }
    bool is_over_budget() const { return usage_.is_over(); }
    // Files that are full by their age, the budget, and those that were sealed since: now and then,
    // also while no group comes.
    Status tick(Store& store, WallTime now);
    // For a stop; the workers are gone. What is sealed here is taken out of the database.
    Status finish(Store& store);

    // What the archive has of those URLs that it knows.
    static Status recall(Store& store, std::vector<QueuedUrl>& urls);
    // Where a payload is, if it is in a committed record. Any thread.
    static Result<std::optional<Original>> find_original(Store& store, const Digest& payload);

  private:
    explicit ArchiveKeeper(Setup setup);
    Status recover_files(Store& store);
    void put_newly_sealed(Batch& batch);
    Status failed(const DiskError& error);

    Setup setup_;
    ArchiveUsage usage_;
    std::unique_ptr<ArchiveWriter> writer_;
    ArchiveSealer sealer_;
    std::optional<CommittedLength> synced_;      // of the group under way
    std::vector<CommittedLength> newly_sealed_;  // told in the batch under way
    bool out_of_room_ = false;
};

}  // namespace crawld
