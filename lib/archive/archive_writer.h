// ArchiveWriter: appends ready-made records to WARC files, one file at a time, so that what is
// committed is on the disk and what is on the disk is whole records (contract D2, D3).
//
// How things move in this folder: a worker makes the records of an exchange (record.h) with their
// digests (digest.h), compresses each by itself (record_coding.h) and makes the entry of the index
// (cdxj.h, surt.h). The committer gives those of a group to ArchiveWriter, in this order:
//
//     append()      the bytes, and where they lie
//     sync()        they are on the disk; the file and its length, for the database
//     (the database's batch: positions, committed length, everything else of the group)
//     committed()   only now may the file be ended
//
// and if the batch has failed for sure, roll_back().
//
// A file is called as file_names.h says, with ".open" behind it while it is written, and begins
// with a warcinfo record. A file that is full (size, age, or index lines in memory) is ended before
// the next group, once all of it is committed, and waits in take_full() for being sealed
// (sealing.h), which any thread may do. At a start recover() (recovery.h) cuts what was not
// committed, and hands on what is to be sealed. Files are never opened again for more: after a stop
// or a crash a new one is begun. warc_reader.h reads all of it back. All of that stands on the
// seam for files (disk.h).
//
// Sync:   a new file is synced, and then its directory, by the first sync(): before the first
//         commit can name it.
// Bound:  kIndexBytesMax of index lines, whereupon the file is full. A group is never divided, so a
//         file is longer than file_max by a group at most.
// Errors: of an append() that fails nothing counts, and the file is cut back to its length; if that
//         fails too, before the next. After no_space and os_limit (descriptors) append() can be
//         tried again, and so after a sync() that had no descriptor for the directory. Any other
//         failure, and each other one of sync(), is final: all calls say the same from then on.
// Thread: the committer's.
// Cost:   one system call for a group's bytes; 13 us a page of 25 KB, its index line included.
// Source: WARC/1.1 annex C for names; contract.md, "Durability".
// Test:   tests/unit/archive/archive_writer_test.cc, tests/faults/archive_faults_test.cc
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "archive/cdxj.h"
#include "archive/disk.h"
#include "archive/file_names.h"
#include "archive/options.h"
#include "archive/sealing.h"
#include "base/fields.h"

namespace crawld {

struct ArchiveWriterOptions {
    std::string directory;  // which exists
    FileNameOptions names;
    ByteSize file_max = gib(1);
    Duration file_age_max = hours(24);  // 0: any age
    uint64_t index_bytes_max = kIndexBytesMax;
};

struct ReadyRecord {
    std::string bytes;  // compressed
    std::optional<CdxjEntry> index;
};
struct RecordPlace {
    uint64_t offset = 0;
    uint64_t length = 0;
};
struct Appended {
    std::string file;  // its name, without ".open"
    std::vector<RecordPlace> places;
};
struct CommittedLength {
    std::string file;
    uint64_t bytes = 0;
    bool operator==(const CommittedLength&) const = default;
};

class ArchiveWriter {
  public:
    // Makes the warcinfo record that begins the file of that name.
    using MakeWarcinfo = std::function<std::string(const std::string& name, WallTime now)>;

    // The counter goes on behind the highest in the directory. Nothing is created before append().
    static Result<std::unique_ptr<ArchiveWriter>> open(Disk& disk, ArchiveWriterOptions options,
                                                       MakeWarcinfo make_warcinfo);
    ~ArchiveWriter();

    DiskResult<Appended> append(std::span<const ReadyRecord> group, WallTime now);
    // What is to be committed; nothing if no file is open.
    DiskResult<std::optional<CommittedLength>> sync();
    // What sync() said last is in the database.
    void committed();
    // What is not committed will never be: it is cut, now or before the next group.
    void roll_back();
    // For good: all calls say so.
    bool has_failed() const { return failure_.has_value(); }
    bool has_uncommitted() const { return file_ && bytes_ != committed_bytes_; }

    // Ends the file if it is full and all of it is committed. append() does so by itself.
    void end_if_full(WallTime now);
    // For a stop: cuts what is not committed, and ends the file.
    DiskStatus finish();
    std::vector<FullFile> take_full();

    const std::string& file() const { return name_; }  // empty: none is open
    uint64_t bytes() const { return bytes_; }

  private:
    ArchiveWriter(Disk& disk, ArchiveWriterOptions options, FileNames names,
                  MakeWarcinfo make_warcinfo);

    DiskStatus begin_file(WallTime now);
    DiskStatus write(std::span<const std::string_view> pieces);
    DiskStatus cut_tail();
    void drop_file();
    void end_file();
    DiskStatus failed(const DiskError& error);
    std::string open_path() const;

    Disk& disk_;
    ArchiveWriterOptions options_;
    FileNames names_;
    MakeWarcinfo make_warcinfo_;
    uint64_t serial_ = 0;

    std::unique_ptr<DiskFile> file_;
    std::string name_;
    WallTime begun_;
    uint64_t bytes_ = 0;            // of whole groups
    uint64_t synced_bytes_ = 0;     // of them, on the disk
    uint64_t committed_bytes_ = 0;  // of them, in the database
    bool has_tail_ = false;         // of a group that failed, behind bytes_
    bool name_is_synced_ = false;
    std::vector<std::string> lines_;
    uint64_t lines_bytes_ = 0;
    size_t committed_lines_ = 0;

    std::vector<FullFile> full_;
    std::optional<DiskError> failure_;  // which is final
};

}  // namespace crawld
