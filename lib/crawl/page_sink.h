// PageSink: the `pages` files: a line of JSON for each page that came, for those who feed an index
// or look through a crawl without reading the archive.
//
//     {"url":..., "fetched":..., "status":..., "mime":..., "title":..., "language":...,
//      "text_bytes":..., "digest":..., "warc_file":..., "warc_offset":...}
//
// What is empty is left out; the last two are there if the page is archived. A page that is fetched
// again has a line again.
//
// The lines of a group are on the disk before its batch, which holds the file's committed length,
// as the archive's records are (archive/archive_writer.h); what is behind that is cut at a start.
// So each page that counts as done has its line, once.
//
// In the database (archive_rows.h): the committed length of each list with the digest of its lines,
// 64 bits, so that a byte that was changed since is seen (audit/page_list_check.h): each line goes
// into another index, and nothing else would tell a title with another letter in it.
//
// Errors: as of ArchiveKeeper::append(). A file that cannot be renamed is told (pages.failed) and
//         stays open until the next start.
// Thread: the committer's; open() and finish() while it has no job.
// Test:   tests/unit/crawl/page_sink_test.cc, tests/e2e/archive_test.py
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/archive_writer.h"
#include "archive/disk.h"
#include "archive/file_names.h"
#include "crawl/archive_rows.h"
#include "crawl/record_maker.h"
#include "log/log.h"
#include "store/store.h"

namespace crawld {

inline constexpr std::string_view kPagesSuffix = ".jsonl";
FileNameOptions page_file_names();
// The digest of a list with a line more, which ends with a line end; of none it is 0.
uint64_t add_line(uint64_t digest, std::string_view line);

// The line of a page, but for its end: what is known before it is archived.
std::string begin_page_line(const FinishedExchange& exchange, const PageFacts& facts);

class PageSink {
  public:
    struct Setup {
        Disk& disk;
        Log& log;
        ArchiveWriterOptions options;
    };
    static Result<std::unique_ptr<PageSink>> open(Setup setup, Store& store);

    // The lines of a group, on the disk; its exchanges have their places in the archive by now.
    Status append(const std::vector<ArchivedExchange>& group, WallTime now);
    // What belongs to the batch of the group.
    void put(Batch& batch);
    void committed();
    bool out_of_room() const { return out_of_room_; }
    // Files that are full by their age. Now and then.
    Status tick(Store& store, WallTime now);
    // For a stop.
    Status finish(Store& store);

  private:
    explicit PageSink(Setup setup) : setup_(std::move(setup)) {}
    Status recover_files(Store& store);
    void end_files();
    Status tell_ended(Store& store);
    Status failed(const DiskError& error);

    Setup setup_;
    std::unique_ptr<ArchiveWriter> writer_;
    std::optional<CommittedList> synced_;      // of the group under way
    std::map<std::string, uint64_t> digests_;  // as committed, of files that are open
    std::vector<CommittedList> ended_;         // that have their names, not yet told
    bool out_of_room_ = false;
};

}  // namespace crawld
