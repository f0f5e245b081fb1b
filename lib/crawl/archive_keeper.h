// ArchiveKeeper: the archive as the committer has it: recovered at the start, appended to and
// synced before each group's batch, told in that batch, and its full files sealed.
//
// In the database:  meta     "archive/<file>"  -> u64: its committed length, until it is sealed
//                   archive  url key           -> what the archive has of the URL (see encode())
//
// Order: append(), put(), the batch, committed(). What stays uncommitted after that is rolled back
//        by the next append(): by then the database is known to have gone on without it.
// Sealing is a job of the workers; what it says comes with the next group's batch, and files that
//        were not sealed at a stop are at the next start.
// Errors: no_space and os_limit pass (append() may be tried again, out_of_room() tells); anything
//         else is final. A file that cannot be sealed is told as an event and stays open.
// Thread: the committer's; open() and finish() while it has no job.
// Test:   tests/unit/crawl/archive_keeper_test.cc, tests/scenarios/archive_check.h
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "archive/archive_writer.h"
#include "archive/disk.h"
#include "archive/recovery.h"
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
    // Files that are full by their age. Now and then.
    void tick(WallTime now);
    // For a stop; the workers are gone. What is sealed here is taken out of the database.
    Status finish(Store& store);

    // What the archive has of those URLs that it knows.
    static Status recall(Store& store, std::vector<QueuedUrl>& urls);

  private:
    // What the jobs of workers share with the keeper, which they may outlive.
    struct Sealer;

    explicit ArchiveKeeper(Setup setup);
    Status recover_files(Store& store);
    void seal(std::vector<FullFile> files);
    Status failed(const DiskError& error);

    Setup setup_;
    std::unique_ptr<ArchiveWriter> writer_;
    std::shared_ptr<Sealer> sealer_;
    std::optional<CommittedLength> synced_;  // of the group under way
    std::vector<std::string> forgotten_;     // sealed, and told in the batch under way
    bool out_of_room_ = false;
};

}  // namespace crawld
