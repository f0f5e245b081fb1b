// Change: one atomic change of the frontier. It collects what is to be written in a batch and the
// new rows of the hosts it touches beside the old ones; write() makes the new ones valid only after
// the batch is on disk, so that a failure leaves memory as it was.
//
// What holds on disk after every change:
//   * A host with queued URLs has exactly one wake entry in `due`, at its row's wake_at, whether it
//     is loaded or not; a host without has none. So nothing has to be looked for after a crash.
//   * A URL whose state is `queued` is in exactly one chunk that counts: the one named in `seen`,
//     or the only one it ever was in. Older entries of it are skipped by load().
//   * A chunk at or above the row's `fresh` mark has no settled URL, and none is missing there.
//   * The totals in `meta` and the row's `queued` are those of the same instant.
//
// Thread: one. At most one Change at a time.
// Errors: those of store/. After a write() the batch is empty; after a failed one, and without
//         one, it holds again what the caller had put in it.
// Test:   tests/unit/frontier/, tests/faults/
#pragma once

#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

#include "frontier/format.h"
#include "frontier/frontier_state.h"
#include "store/store.h"

namespace crawld {

enum class Durability : uint8_t { synced, unsynced };

// A new URL and where it was found.
struct Arrival {
    const NewUrl* url = nullptr;
    std::string_view via;
};

class Change {
  public:
    // The rows of all hosts it will touch must have been fetched (Frontier::State::fetch_rows).
    Change(Frontier::State& state, Batch& batch, WallTime now);
    ~Change();
    Change(const Change&) = delete;
    Change& operator=(const Change&) = delete;

    // A URL that is settled already stays as it is.
    Status settle(const Settled& settled);
    // A URL becomes known. Cheapest in the order of keys, because `seen` is a sorted structure.
    void make_known(UrlKey key);
    // The same of one that is settled from the beginning.
    void make_known_settled(const FetchedElsewhere& url);
    // A queued URL of a host that is not loaded was fetched by someone else. `queued` is its row.
    void unqueue(const FetchedElsewhere& url, const format::SeenRecord& queued);
    // Queues URLs that became known, of one host, by priority and in the order in which they are to
    // be fetched.
    void add(std::span<const Arrival> arrivals);
    // Retries of one host: they leave `due` and become urgent. What is only fetched again takes its
    // turn among links.
    struct Retry {
        std::string due_key;
        QueuedUrl url;
    };
    void take_back(std::span<const Retry> retries);
    // The host is no longer loaded.
    void release(HostKey host, const HostFacts& facts, WallTime wake_at);

    // On success `woken` gets the hosts that Frontier::commit promises.
    Status write(Durability durability, std::vector<HostWake>& woken);

  private:
    struct HostChange {
        HostEntry* entry = nullptr;
        format::HostRow row;
        bool arrivals = false;  // URLs were appended
        std::optional<WallTime> leaves_until;

        void replace_facts(const HostFacts& facts, Duration clock_ahead);
    };
    struct Closed {
        std::vector<uint64_t>* open = nullptr;
        uint64_t url = 0;
    };

    HostChange& host(HostKey key);
    Result<bool> close(HostChange& host, const Settled& settled);
    void put_seen(UrlKey key, const format::SeenRecord& record);
    ChunkRef append(HostChange& host, Priority priority, std::span<const format::ChunkItem> items);
    void seal(HostChange& host);
    void seal_queues(HostChange& host);
    void seal_wake_entry(HostChange& host);
    void put_totals();
    void apply(HostChange& host, std::vector<HostWake>& woken);

    Frontier::State& state_;
    Batch& batch_;
    Batch::Mark mark_;
    WallTime now_;
    format::Counts totals_;
    std::unordered_map<HostKey, HostChange> hosts_;
    std::vector<Closed> closed_;        // to be opened again if nothing is written
    std::set<UrlKey> closed_unloaded_;  // settled here although their chunk is not loaded
    std::string key_;                   // scratch
    std::string value_;                 // scratch
    bool written_ = false;
};

}  // namespace crawld
