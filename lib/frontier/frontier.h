// Frontier: what is known and what to crawl next, on disk.
//
// How things move in this folder: a found URL is looked for in a table of recent fingerprints
// (recent_urls.h), in a filter over all known ones (known_filter.h) and then, a group at a time, in
// `seen` (link_filter.h). If it is new it goes into a chunk at the tail of its host's queue, in the
// same batch as the settling of the page it was found on (change.h). A host with queued work has a
// wake entry in `due`, from which wake() finds it once its time has come; it keeps that entry while
// it is *loaded* (the crawler has it in memory and calls load() for more, loading.cc), so that
// after a crash every host with work is found like any other sleeper, without a search. load()
// reads chunks from the remembered head on, never below it; of chunks that were loaded before it
// skips the URLs that are settled, which is how a crash or a release() replays a chunk. A chunk is
// deleted when all of its URLs are settled, and the head moves over it. Retries wait in `due` under
// their time and return as urgent chunks; so does what is fetched again, among the links
// (waking.cc). A key in `due` is the kind, the time to the microsecond, the host and, of a retry,
// the URL: in the order of time, and no two are the same.
//
//     new --commit, add--> queued --load--> with the crawler --commit--> done | gone
//                            ^  ^--- release, crash ---'   '--commit--> due --wake--> queued
//
// The bytes on disk are described in format.h; what holds between them after every change, and so
// after every crash, in change.h.
//
// Thread: one, the committer's; no locks. counts() from any.
// Errors: those of store/, and corrupt for what cannot be decoded. A failed call changed nothing,
//         in memory neither (but see release): after a full disk and Store::resume() it may be made
//         again.
// Cost:   one MultiGet and one synced write a commit; loads are one range read a priority. After a
//         start, each commit also reads 10,000 known URLs into the filter until it has all, 2 ms.
// Bound:  loaded hosts are the crawler's bound; the rows of other hosts, the recent table and the
//         filter are options.
// Source: facts.md section 4 (remembered head), design.md section 6 (keys).
// Test:   tests/unit/frontier/, tests/faults/
#pragma once

#include <atomic>
#include <memory>
#include <span>

#include "base/fields.h"
#include "base/result.h"
#include "frontier/types.h"
#include "store/store.h"

namespace crawld {

struct FrontierOptions {
    uint32_t recent_urls = 1'000'000;  // entries of 8 bytes
    uint32_t hosts_loaded_max = 50'000;
    uint32_t urls_per_host_loaded = 128;
    uint32_t host_rows_cached = 50'000;
    uint32_t known_filter_urls = 10'000'000;
};
template <class V>
void describe(V& v, FrontierOptions& o) {
    v.field({.name = "recent_urls",
             .help = "Fingerprints of recently seen URLs kept in memory, 8 bytes each.",
             .live = false,
             .min = 1'024,
             .per_host = false},
            o.recent_urls);
    v.field({.name = "hosts_loaded_max",
             .help = "Hosts with URLs to fetch that are kept in memory; further ones wait on disk.",
             .min = 16,
             .per_host = false},
            o.hosts_loaded_max);
    v.field({.name = "urls_per_host_loaded",
             .help = "URLs of one host kept in memory ahead of their turn; fewer if they take more "
                     "than 256 bytes each.",
             .min = 1,
             .max = 4'096,
             .per_host = false},
            o.urls_per_host_loaded);
    v.field({.name = "host_rows_cached",
             .help = "Records of further hosts kept in memory, about 400 bytes each, so that links "
                     "to them need no look-up.",
             .live = false,
             .min = 16,
             .per_host = false},
            o.host_rows_cached);
    v.field({.name = "known_filter_urls",
             .help = "For so many known URLs, 10 bits each, a filter in memory tells new ones "
                     "without a look-up. Up to four times as many it helps less and less.",
             .live = false,
             .min = 1'024,
             .per_host = false},
            o.known_filter_urls);
}

struct FrontierCounts {
    std::atomic<uint64_t> known{0};   // URLs in `seen`
    std::atomic<uint64_t> queued{0};  // not settled and not due
    std::atomic<uint64_t> due{0};     // waiting for a retry time
    std::atomic<uint64_t> done{0};    // settled for good
    std::atomic<uint64_t> hosts{0};   // with URLs queued
};

struct HostLoad {
    HostFacts facts;
    std::vector<QueuedUrl> urls;  // by priority, then age
    bool exhausted = false;       // nothing more to load now
};

class Frontier {
  public:
    // Reads the counts; there is nothing else to recover, at any number of hosts and URLs.
    static Result<std::unique_ptr<Frontier>> open(Store& store, const FrontierOptions& options);
    ~Frontier();

    // Settles visits and makes found URLs known, in one synced batch; fills links_new. `extra` may
    // hold further puts of the caller's that belong to the same commit (archive positions, seed
    // progress); it is empty afterwards, and as it was after a failure. `woken` gets hosts that
    // are not loaded and have work now but had none, and loaded ones whose load() said exhausted
    // before. A URL that is settled already stays as it is, and what was found on it counts.
    Status commit(std::span<Settled> settled, Batch& extra, WallTime now,
                  std::vector<HostWake>& woken);
    // Makes URLs known without a page: seeds. Returns how many were new.
    Result<uint64_t> add(std::span<const NewUrl> urls, std::string_view via, Batch& extra,
                         WallTime now, std::vector<HostWake>& woken);

    // Makes URLs known as settled. One that is queued leaves its queue; one that is due or settled
    // stays as it is. While no host is loaded.
    struct AddedFetched {
        uint64_t added = 0;     // were not known
        uint64_t unqueued = 0;  // were queued
    };
    Result<AddedFetched> add_fetched(std::span<const FetchedElsewhere> urls, Batch& extra,
                                     WallTime now);

    // Whether a URL of the host was ever known. A robots.txt may redirect to one that is not.
    Result<bool> knows(HostKey host);
    // The next URLs of a host that is known; marks the host loaded.
    Result<HostLoad> load(HostKey host, LoadBound most);
    // The host leaves memory. URLs handed out and not settled stay queued. With work left it is
    // asleep until `wake_at`. Durable with the next commit: a crash before it wakes the host early,
    // and so does a failure, after which the host has left all the same.
    Status release(HostKey host, const HostFacts& facts, WallTime wake_at);
    // Retries that are due go to their queues (1,024 at most a call; next_due() tells if there are
    // more); sleeping hosts whose time has come are returned, at most `max`, with loaded ones that
    // were exhausted and got retries. Sleeping hosts stay asleep until load()ed: they are returned
    // again.
    Status wake(WallTime now, size_t max, std::vector<HostWake>& woken);
    // When wake() will next have something to do; the far future if never. Every other call may
    // bring it forward.
    Result<WallTime> next_due();

    Result<std::optional<RobotsRecord>> robots(std::string_view authority, HostKey host);
    // Into the `extra` of a commit.
    static void put_robots(Batch& extra, std::string_view authority, HostKey host,
                           const RobotsRecord& record);

    // Values of the caller's. Names with a '/' are the state's own.
    Result<std::optional<std::string>> meta(std::string_view name);
    Status put_meta(std::string_view name, std::string_view value);  // synced

    const FrontierCounts& counts() const;

    struct State;

  private:
    Frontier();
    std::unique_ptr<State> state_;
};

}  // namespace crawld
