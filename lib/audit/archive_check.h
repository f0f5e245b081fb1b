// ArchiveCheck: one file of the archive after the other: its records, its index, and what the
// database says of them.
//
// Of a file: whole members; blocks and payloads against their digests; of a sealed one each line of
// the index against the record at its offset, but for its MIME type (index_lines.h), and each
// record that has a line; each place in the database and in a list of pages against the record of
// that URL there. Behind a member that cannot be read it goes on at the next record that the index
// names. Of all files together: no record twice, and each page of the crawl known by the database.
//
// Errors: what is wrong with the files goes to the faults; errors are those of reading (io,
//         permission) and of the sorters.
// Bound:  the sorters' memory, and 8 bytes for each line of the index of one file.
// Cost:   that of WarcReader, and about 10 us a page.
// Thread: one.
// Test:   tests/unit/audit/verify_test.cc, tests/e2e/archive_test.py
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "archive/disk.h"
#include "archive/warc_reader.h"
#include "audit/faults.h"
#include "audit/places.h"
#include "crawl/digest.h"
#include "exchange/sorter.h"

namespace crawld {

struct CheckedFile {
    std::string name;  // without ".open"
    bool open = false;
    std::optional<uint64_t> bytes;  // as the database has it; nothing: it does not know the file
};

struct ArchiveCounts {
    uint64_t files = 0;
    uint64_t records = 0;
    uint64_t pages = 0;  // responses and revisits
    uint64_t bytes = 0;
};

class ArchiveCheck {
  public:
    struct Setup {
        Disk& disk;
        std::string directory;
        std::string temporary_directory;
        const Suffixes& suffixes;
        FaultList& faults;
    };
    // `places` have begun; they outlive it.
    ArchiveCheck(Setup setup, PlaceStream& places);

    // Files in the order of their names.
    Status check(const CheckedFile& file);
    // Behind the last file. `rows`: the database's, to know the pages; null: there is none.
    // `is_whole`: no file is missing, so that whatever is referred to is there.
    Status finish(Store* rows, bool is_whole);
    const ArchiveCounts& counts() const { return counts_; }

  private:
    // Bytes that could not be read.
    struct Gap {
        uint64_t begin = 0;
        uint64_t end = 0;
        std::string why;
        bool told = false;
    };
    struct Differs {
        std::string url;
        bool in_file = false;
        bool in_index = false;
    };
    struct File {
        CheckedFile checked;
        std::string path;
        std::string index_path;
        uint64_t bytes = 0;             // that are looked at
        std::vector<uint64_t> offsets;  // of the lines of the index, sorted
        std::vector<Gap> gaps;
        std::map<uint64_t, Differs> differing;
    };

    void fault(const File& file, std::optional<uint64_t> offset, std::string_view url,
               std::string what);
    Status find_length(File& file);
    Status read_index(File& file, Sorter& lines);
    Status read_records(File& file, Sorter* lines);
    Status take(File& file, const ReadRecord& record, Sorter* lines);
    Status take_places(const File& file, uint64_t before);
    void take_place(const File& file, const ReadRecord& record, std::optional<UrlKey> key);
    void misplaced(const Place& place, std::string_view what);
    Status compare_index(File& file, Sorter& lines);
    void differs(File& file, std::string_view line, bool in_index);
    void tell_differing(File& file);
    Gap* gap_at(File& file, uint64_t offset);
    Status note_record(const ReadRecord& record, std::optional<UrlKey> key, const File& file);
    Status note_reference(std::string_view url, std::optional<WallTime> date,
                          const std::string& path, uint64_t offset);
    Status note_payloads(Store& rows);
    void tell_twice(std::string_view one, std::string_view other);

    Setup setup_;
    PlaceStream& places_;
    KeyMaker keys_;
    Sorter seen_;  // all records, to find those that are there twice
    std::string scratch_;
    ArchiveCounts counts_;
};

}  // namespace crawld
