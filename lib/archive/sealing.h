// Sealing: a file that is full gets its index and its name for good, and is never touched again.
//
// In this order, so that a crash at any place leaves a file that is still open and can be sealed
// again: the file is cut to its length, if it is longer, and synced; the index is written beside it
// under a name of its own and synced; it is renamed; the file is renamed; the directory is synced.
//
// Bound:  of a file whose lines are not given, which is one that a crash left, the lines are read
//         from it; they are in memory together, as those of ArchiveWriter are.
// Errors: corrupt: such a file has a record that is damaged: it is named and stays open. no_space
//         and os_limit can be tried again.
// Cost:   sorting and writing the lines; where the file must be read, 130 MB/s of text of gzip:
//         half a minute for a file of 1 GiB, so a start leaves it to a worker.
// Thread: any; not two for one file.
// Test:   tests/unit/archive/archive_writer_test.cc, tests/faults/archive_faults_test.cc
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "archive/cdxj.h"
#include "archive/disk.h"
#include "archive/warc_reader.h"

namespace crawld {

struct FullFile {
    std::string name;  // without ".open"
    uint64_t bytes = 0;
    std::optional<std::vector<std::string>> lines;  // of the index, in any order
};
struct SealedFile {
    std::string name;
    uint64_t bytes = 0;
    uint64_t lines = 0;
};

// `file` gets its lines, sorted, and may be given again after an error that passes.
DiskResult<SealedFile> seal_file(Disk& disk, const std::string& directory, FullFile& file);

// The same of a file that has no index.
DiskStatus end_file(Disk& disk, const std::string& directory, const FullFile& file);

// An index, of sorted lines, in the place of one that is there; durable but for its name.
DiskStatus write_index(Disk& disk, const std::string& path, const std::vector<std::string>& lines);

// The entry of a record that has a line: a response or a revisit. Also of what is about to be
// written: `content_type` is the header's value.
std::optional<CdxjEntry> cdxj_entry(const ReadRecord& record);
CdxjEntry cdxj_entry(CanonicalUrl url, WallTime date, int status, std::string_view content_type,
                     std::string digest, bool revisit);

// The lines of the first `bytes` of the file at `path`, as those of `name`, piece by piece. Corrupt
// where a record has a problem.
class IndexReader {
  public:
    static Result<std::unique_ptr<IndexReader>> open(Disk& disk, const std::string& path,
                                                     const std::string& name, uint64_t bytes);
    // On from the record behind the last one, until so many bytes of the file or more are done.
    Status read(uint64_t bytes);
    bool at_end() const { return at_end_; }
    std::vector<std::string> take_lines() { return std::move(lines_); }

  private:
    IndexReader(std::unique_ptr<WarcReader> reader, std::string path, std::string name);

    std::unique_ptr<WarcReader> reader_;
    const std::string path_;
    const std::string name_;
    std::vector<std::string> lines_;
    bool at_end_ = false;
};
// All of them.
Result<std::vector<std::string>> lines_of_file(Disk& disk, const std::string& path,
                                               const std::string& name, uint64_t bytes);

}  // namespace crawld
