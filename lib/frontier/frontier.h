// Frontier: what is known and what to crawl next, on disk.
//
// How things move in this folder: a found URL goes through seen() filtering (a table of recent
// fingerprints, then one MultiGet a group) and, if new, into a chunk at the tail of its host's
// queue, in the same batch as the settling of the page it was found on. A host with work is either
// *loaded* (the crawler has it in memory and calls load() for more) or *asleep* with a wake entry
// in `due`. load() reads chunks from the remembered head on, never below it, and skips URLs whose
// seen state says done (that is how a crash replays a chunk). A chunk is deleted when all of its
// URLs are settled; the head moves over deleted chunks. Retries wait in `due` by minute and return
// as urgent chunks.
//
// Thread: one, the committer's; no locks. counts() from any.
// Errors: those of store/; a failed commit changed nothing, in memory neither.
// Cost:   one MultiGet and one synced write a commit; loads are one range read.
// Bound:  loaded hosts are the crawler's bound; the cache of sleeping host rows and the recent
//         table are options.
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
    uint32_t recent_urls = 1'000'000;   // entries of 8 bytes
    uint32_t hosts_loaded_max = 50'000;
    uint32_t urls_per_host_loaded = 128;
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
             .live = false,
             .min = 16,
             .per_host = false},
            o.hosts_loaded_max);
    v.field({.name = "urls_per_host_loaded",
             .help = "URLs of one host kept in memory ahead of their turn.",
             .live = false,
             .min = 1,
             .max = 4'096,
             .per_host = false},
            o.urls_per_host_loaded);
}

struct FrontierCounts {
    std::atomic<uint64_t> known{0};    // URLs in `seen`
    std::atomic<uint64_t> queued{0};   // not settled and not due
    std::atomic<uint64_t> due{0};      // waiting for a retry time
    std::atomic<uint64_t> done{0};     // settled for good
    std::atomic<uint64_t> hosts{0};    // with URLs queued
};

struct HostLoad {
    HostFacts facts;
    std::vector<QueuedUrl> urls;  // by priority, then age
    bool exhausted = false;       // nothing more to load now
};

class Frontier {
  public:
    // Counts, heads and sleeping hosts are recovered here; a second open() after a crash in the
    // middle of the first changes nothing.
    static Result<std::unique_ptr<Frontier>> open(Store& store, const FrontierOptions& options,
                                                  WallTime now);
    ~Frontier();

    // Settles visits and makes found URLs known, in one synced batch; fills links_new. `extra` may
    // hold further puts of the caller's that belong to the same commit (archive positions, seed
    // progress). `woken` gets hosts that are not loaded and have work now, and loaded ones whose
    // load() said exhausted before.
    Status commit(std::span<Settled> settled, Batch& extra, WallTime now,
                  std::vector<HostWake>& woken);
    // Makes URLs known without a page: seeds. Returns how many were new.
    Result<uint64_t> add(std::span<const NewUrl> urls, std::string_view via, Batch& extra,
                         WallTime now, std::vector<HostWake>& woken);

    // The next URLs of a host, at most `max`; marks the host loaded.
    Result<HostLoad> load(HostKey host, size_t max);
    // The host leaves memory. URLs handed out and not settled stay queued. With work left it is
    // asleep until `wake_at`.
    Status release(HostKey host, const HostFacts& facts, WallTime wake_at);
    // Retries that are due go to their queues; sleeping hosts whose time has come are returned, at
    // most `max`. They stay asleep until load()ed.
    Status wake(WallTime now, size_t max, std::vector<HostWake>& woken);
    // When the next entry of `due` is; the far future if there is none.
    Result<WallTime> next_due();

    Result<std::optional<RobotsRecord>> robots(std::string_view authority, HostKey host);
    Status put_robots(std::string_view authority, HostKey host, const RobotsRecord& record);

    Result<std::optional<std::string>> meta(std::string_view name);
    Status put_meta(std::string_view name, std::string_view value);  // synced

    const FrontierCounts& counts() const;

  private:
    Frontier();
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace crawld
