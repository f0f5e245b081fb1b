// ArchiveSealer: seals files of the archive, one after the other, as jobs of the workers.
//
// A file that a crash left must be read first, up to half a minute for 1 GiB: that is done piece by
// piece, each a job of its own behind those of pages, so that neither pages nor a stop wait for it.
// A file for which there is no room on the disk, or no descriptor, is tried again; any other that
// cannot be sealed stays open until the next start. Each is told once (archive.failed).
//
// Owns:   what its jobs share with it, which they may outlive.
// Thread: the committer's; finish() when the workers are gone.
// Bound:  the index lines of a file are in memory until it is sealed (kIndexBytesMax each).
// Test:   tests/unit/crawl/archive_sealer_test.cc, tests/unit/crawl/archive_keeper_test.cc
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "archive/archive_writer.h"
#include "archive/disk.h"
#include "archive/sealing.h"
#include "log/log.h"
#include "loop/executor.h"

namespace crawld {

class ArchiveSealer {
  public:
    static constexpr Duration kRetryGap = seconds(10);
    static constexpr uint64_t kPieceBytes = 1 << 20;  // read by one job

    ArchiveSealer(Disk& disk, Log& log, Executor& workers, std::string directory);
    ~ArchiveSealer();

    void add(std::vector<FullFile> files);
    // Begins again what found no room, now and then.
    void tick(WallTime now);
    // What has been sealed since the last call.
    std::vector<CommittedLength> take_sealed();
    // Seals what is left here and now, but for files that must be read first.
    void finish(std::vector<FullFile> files);

  private:
    struct State;
    std::shared_ptr<State> state_;
    WallTime retried_at_{};
};

}  // namespace crawld
