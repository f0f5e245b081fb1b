// PageListCheck: the lists of pages (crawl/page_sink.h), one after the other: each has its
// committed length and the digest of what was committed; each line is one object of JSON with the
// URL and the time of a visit, known by the database, and there once.
//
// What a line says of the archive goes to the places, which ArchiveCheck holds against the records.
// A list that the database does not name (of an earlier state) is read line by line all the same,
// but for what the state should know.
//
// Errors: what is wrong with the files goes to the faults; corrupt where the database cannot be
//         read; else those of reading and of the sorter.
// Bound:  the sorter's memory.
// Cost:   reading the lists, sorting 100 bytes a line.
// Thread: one.
// Test:   tests/unit/audit/page_list_check_test.cc, tests/e2e/damage_test.py
#pragma once

#include <map>
#include <optional>
#include <string>

#include "archive/disk.h"
#include "audit/faults.h"
#include "audit/places.h"
#include "crawl/archive_rows.h"
#include "crawl/digest.h"
#include "exchange/line_reader.h"
#include "exchange/sorter.h"

namespace crawld {

struct PageListCounts {
    uint64_t lists = 0;
    uint64_t lines = 0;
};

class PageListCheck {
  public:
    struct Setup {
        Disk& disk;
        std::string directory;  // which may be absent
        std::string temporary_directory;
        bool moved;  // lists that have their names and are missing were moved away on purpose
        const Suffixes& suffixes;
        FaultList& faults;
    };
    // `places` outlive it, and have not begun.
    PageListCheck(Setup setup, PlaceStream& places, FileCounts& files);

    // Null: there is no database.
    Result<PageListCounts> run(Store* store);

  private:
    // What the directory and the database have of a list.
    struct Known {
        bool open = false;   // there under that name
        bool ended = false;  // there under that name
        std::optional<CommittedList> committed;
        bool for_good = false;  // committed as one that has its name
    };
    struct List {
        std::string path;
        std::optional<uint64_t> bytes;  // that are committed
        std::optional<uint64_t> digest;
    };

    Status read_rows(Store& store);
    Status find_files();
    Status check(const std::string& name, const Known& known, bool has_rows);
    Status check_length(List& list, bool open);
    Status read_lines(const List& list);
    Status take(const List& list, uint64_t number, std::string_view text);
    Status finish(Store* store);
    void fault(const std::string& path, std::optional<uint64_t> line, std::string what);

    Setup setup_;
    PlaceStream& places_;
    FileCounts& files_;
    KeyMaker keys_;
    Sorter visits_;
    std::map<std::string, Known> lists_;
    PageListCounts counts_;
};

}  // namespace crawld
