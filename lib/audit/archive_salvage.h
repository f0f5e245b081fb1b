// What the archive tells of a crawl: the pages that were fetched, where they lie, and the links
// that were found on them.
//
// Records that cannot be read are left out, and counted by their gaps; behind one, reading goes on
// where the file's index names the next. Files are left as they are, but for one that was being
// written: what cannot be read of it is kept beside it under another name before a start cuts it.
// An index that is not that of its file is kept aside too, and written anew.
//
// Of pages whose records cannot be read, the index tells the URLs; of files that are not there too,
// if they are lost. So do indexes that a repair kept aside, which may have been cut short since: of
// files that are not there always, for what was moved away and not lost other sources know.
//
// A page's links are in a record behind it, which may be the one that is lost: then the page is
// told as one whose links are not known. So is a 304, whose page has them.
//
// Errors: io, permission.
// Bound:  a page's links, a line at a time; the lines of the index of one file, twice, and 16 bytes
//         for each gap in it.
// Thread: one.
// Test:   tests/e2e/repair_test.py, repair_cut_short_test.py
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "archive/disk.h"
#include "archive/warc_reader.h"
#include "crawl/archive_rows.h"

namespace crawld {

struct SalvagedPage {
    CanonicalUrl url;
    WallTime date;
    int status = 0;
    ArchivedUrl row;  // without a copy where this visit is none
    bool revisit = false;
    bool links_known = false;  // they were told before it
    std::string new_payload;   // digest of the one that it has, bytes; empty: it has none
};
struct SalvagedLink {
    std::string_view url;
    char hop = 'L';
    std::string_view via;
};

class ArchiveSalvage {
  public:
    struct Setup {
        Disk& disk;
        std::string directory;
        std::map<std::string, uint64_t> committed;  // as far as it is known
        std::function<Status(const SalvagedPage&)> page;
        std::function<Status(const SalvagedLink&)> link;
        std::function<Status(const CommittedLength&, bool open)> file;  // behind its records
        std::function<Status(std::string_view url)> gone;
        bool lost = false;
    };
    struct Counts {
        uint64_t files = 0;
        uint64_t records = 0;
        uint64_t gaps = 0;
        std::vector<std::string> set_aside;
        std::vector<std::string> told;     // of indexes, in sentences
        std::vector<std::string> orphans;  // indexes of files that are lost
    };

    explicit ArchiveSalvage(Setup setup) : setup_(std::move(setup)) {}
    Result<Counts> run();

  private:
    Status read_file(const std::string& name, bool open);
    struct Gap {
        uint64_t begin = 0;
        uint64_t end = 0;
    };
    struct File {
        std::string name;
        bool open = false;
        std::string path;
        std::string index_path;
        uint64_t bytes = 0;     // to be read
        uint64_t readable = 0;  // before the first gap
        std::vector<uint64_t> offsets;
        std::vector<Gap> gaps;
        std::vector<std::string> lines;  // that the index should have
    };
    Status read_records(File& file);
    Result<std::optional<uint64_t>> read_record(File& file, WarcReader& reader);
    Status mend_index(File& file);
    static bool in_gap(const std::vector<Gap>& gaps, uint64_t offset);
    Status tell_gone(const std::string& index_path, const std::vector<Gap>& gaps);
    Status tell_kept(const File& file);
    Status take(const std::string& name, const ReadRecord& record,
                const std::vector<std::string>& links);
    Status hold(const std::string& name, const ReadRecord& record);
    Status tell_held(bool links_known);

    Setup setup_;
    Counts counts_;
    std::map<std::string, std::vector<std::string>> kept_;  // paths aside, by the index's name
    std::optional<SalvagedPage> held_;                      // until its links come
    std::string held_id_;
};

}  // namespace crawld
