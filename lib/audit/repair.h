// Repairer: fills a fresh state with what can still be read of a crawl: of its old database, of its
// archive, and of its crawl logs.
//
// What was fetched becomes known as settled, so that it is not fetched again; URLs that were
// queued, and links of archived pages, are queued if they belong to the crawl by the configuration.
// Any order will do: what one source has queued and another one settled is settled. Depths are kept
// where the old database or a log tells them; links of the archive have 1. A page of whose links no
// source tells is queued again, to find them again: one whose links the archive has lost and whose
// settling, with them, cannot be read whole in the old database; and one that only a log names and
// that had links. What is lost: when URLs are due again, what hosts asked to wait (the next start
// waits as after a crash), budgets of pages.
//
// A page whose record cannot be read where the old database, a list of pages or a log says that it
// is does not count as fetched: it is queued if any source names its URL (the database has keys
// alone). An earlier visit that the archive has is enough; that is counted. Sealed files that are
// not there may have been moved away: their pages stay settled, and their rows, unless they are
// said to be lost.
//
// Of a damaged database: what its tables give. A family whose reading fails goes on at the next
// shard of hosts.
//
// Thread: one.
// Errors: those of the new store; io of what is read. Damage of what is read is counted.
// Bound:  batches of kBatchUrls; 200 bytes for each page whose links the archive has lost, 16 for
//         each whose record it has.
// Test:   tests/e2e/repair_test.py
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "archive/disk.h"
#include "audit/archive_salvage.h"
#include "crawl/digest.h"
#include "exchange/import.h"
#include "frontier/format.h"
#include "frontier/frontier.h"
#include "store/newer.h"
#include "store/store.h"

namespace crawld {

struct RepairCounts {
    struct Source {
        uint64_t settled = 0;  // that no source before had
        uint64_t queued = 0;
        uint64_t unreadable = 0;  // shards, gaps, lines
    };
    Source database;
    Source archive;
    Source logs;
    uint64_t robots = 0;
    uint64_t archive_records = 0;
    uint64_t log_lines = 0;
    uint64_t refused = 0;   // URLs that do not belong to the crawl
    uint64_t unlinked = 0;  // pages of the archive that are queued for their links
    // Pages that the old database has as archived where no record can be read: those queued, those
    // that no source names, and those of which an earlier visit is left.
    uint64_t gone_queued = 0;
    uint64_t gone_unnamed = 0;
    uint64_t gone_earlier = 0;
    std::map<std::string, uint64_t> missing;  // sealed files that are not there: their pages
    std::vector<std::string> set_aside;
    std::vector<std::string> told;     // what was done with indexes and lists, in sentences
    std::vector<std::string> orphans;  // indexes of files that are lost
    std::string last_covered;          // the time of the latest fetch; empty: none
};

class Repairer {
  public:
    static constexpr size_t kBatchUrls = 2'000;

    struct Setup {
        Store& store;  // new
        Frontier& frontier;
        const Suffixes& suffixes;
        const Importer& admission;
        std::function<WallTime()> clock;
        bool lost = false;  // sealed archive files that are not there
    };
    explicit Repairer(Setup setup) : setup_(std::move(setup)), keys_(setup_.suffixes) {}

    Status read_database(Store& old);
    // `committed` as the old database has it.
    Status read_archive(Disk& disk, const std::string& directory,
                        const std::vector<CommittedLength>& committed);
    // Whether there may be pages of which only lists and logs tell; behind the database.
    bool misses_pages() const;
    // A list of pages, for the URLs of those whose records are gone.
    Status read_list(const std::string& path);
    Status read_log(const std::string& path);
    // Behind all sources.
    Result<RepairCounts> finish();

  private:
    using Row = std::function<Status(std::string_view key, std::string_view value)>;
    // Of a page whose links are not known.
    Status fetch_again(const SalvagedPage& page, UrlKey key);
    Status settle_unlinked();
    Status read_family(Store& old, Family family, const Row& row);
    enum class Record : uint8_t { none, there, missing, gone, gone_but_earlier };
    struct Beside;
    Status read_seen(Store& old);
    Status take_seen(std::string_view key, const format::SeenRecord& seen, const std::string& host,
                     Beside& beside);
    Record find_record(std::string_view key, Beside& beside);
    Status carry_missing(Store& old);
    // Whether what should lie there cannot be read, and nothing later of that URL is archived.
    Result<bool> is_gone(UrlKey key, const std::string& file, uint64_t offset);
    Status queue_gone(std::string_view url);
    Status take_waiting(const std::vector<QueuedUrl>& urls, RepairCounts::Source& source);
    Status take_page(const SalvagedPage& page);
    Status take_link(const SalvagedLink& link);
    Status take_log_line(std::string_view line);
    Status settle(const FetchedElsewhere& url, RepairCounts::Source& source);
    Status queue(NewUrl url, std::string_view via, RepairCounts::Source& source);
    Status flush_settled(RepairCounts::Source& source);
    Status flush_queued(RepairCounts::Source& source);
    Status flush(RepairCounts::Source& source);
    void cover(const std::string& time);

    Setup setup_;
    KeyMaker keys_;
    std::vector<FetchedElsewhere> settled_;
    std::vector<NewUrl> queued_;
    std::string via_;  // of queued_
    Batch rows_;       // that go with settled_
    // Pages to be fetched again, with how the old database has them.
    std::unordered_map<UrlKey, std::optional<FetchedElsewhere>> unlinked_;
    bool had_database_ = false;
    std::vector<UrlKey> gone_;
    std::set<std::string> archive_files_;  // that are there or were being written
    RepairCounts counts_;
};

}  // namespace crawld
