// HostState: all that one loop holds in memory of one host: its gate and health, the URLs loaded
// ahead of their turn, its robots.txt, and the visits under way.
//
// Owns:   visits are owned by the Crawler; the pointers here are valid while the visit is.
// Thread: the loop's.
// Bound:  frontier.hosts_loaded_max hosts, frontier.urls_per_host_loaded URLs each; the rules of
//         all by kRobotsRulesMax.
#pragma once

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawl/kept_gates.h"
#include "crawl/options.h"
#include "crawl/robots_cache.h"
#include "frontier/types.h"
#include "politeness/gate.h"
#include "politeness/host_health.h"

namespace crawld {

struct Visit;

// What kept a host from its next request; the crawl log's wait_cause.
// `reserve`: the rest of the process's concurrency is kept for hosts that answer.
enum class WaitCause : uint8_t {
    none,
    host,
    domain,
    ip,
    global,
    reserve,
    backoff,
    breaker,
    dns,
    robots
};
constexpr std::array<std::string_view, 10> enum_names(WaitCause) {
    return {"none",    "host",    "domain",  "ip",  "global",
            "reserve", "backoff", "breaker", "dns", "robots"};
}

// What the rules say of one page, kept while they are not in memory (rules_reading.cc).
struct KeptDecision {
    std::string href;
    WallTime fetched_at{};  // of the robots.txt
    bool allowed = true;
    std::string line;  // "7: Disallow: /x", the beginning; empty where no rule matched
};

struct HostState {
    HostState(HostKey host_key, std::string host_name, Limits limits)
        : key(host_key), name(std::move(host_name)), gate(std::move(limits)) {}

    HostKey key;
    std::string name;
    std::shared_ptr<const HostOptions> options;
    uint32_t reloads = 0;  // after how many of them these are its options
    HostFacts facts;

    Gate gate;
    HostHealth health;
    std::shared_ptr<SharedGate> domain;  // of all hosts of one registrable domain
    std::vector<RobotsEntry> robots;
    std::optional<KeptDecision> decided;  // of the next page

    std::deque<QueuedUrl> urls;
    Visit* next = nullptr;         // the page on its way to a slot
    std::deque<Visit*> waiting;    // robots.txt and its redirect hops: they go before `next`
    uint32_t visits = 0;           // all of this host that are not retired, the two above included
    uint32_t pages_under_way = 0;  // past their slot and not yet counted in `facts`

    bool woken = false;         // the frontier has URLs of it; else a robots.txt led here
    bool settled_in = false;    // the first load() has come: facts and URLs are here
    bool loading = false;       // a load() is on its way
    bool exhausted = false;     // the last load() said there is no more
    bool more_arrived = false;  // woken while a load() was on its way
    bool resolving = false;
    bool parked = false;  // waits for its slot to open: a time or a wait list will say when
    WaitList* waits_in = nullptr;    // for room in a gate that it shares
    std::optional<uint64_t> ip_key;  // of the address that its next request waits for
    size_t address_index = 0;        // which of the host's addresses to try next
    size_t addresses_failed = 0;     // in a row, none left when it reaches their number
    uint32_t address_round = 0;      // how often all had failed

    bool proven = false;            // its last page came whole
    uint32_t doubtful_answers = 0;  // in a row: those that may say something of a page alone

    Instant scheduled_at = kNever;  // the entry of the schedule that counts
    Instant waits_since = kAlways;  // since when it has had a URL that could not go
    WaitCause wait_cause = WaitCause::none;

    RobotsEntry* find_robots(std::string_view authority) {
        for (RobotsEntry& entry : robots)
            if (entry.authority == authority) return &entry;
        return nullptr;
    }
    // Made where there is none yet.
    RobotsEntry& robots_of(std::string_view authority) {
        if (RobotsEntry* entry = find_robots(authority)) return *entry;
        robots.emplace_back().authority = authority;
        return robots.back();
    }
    // No answer about a robots.txt is still to be written.
    bool robots_stored() const {
        return std::all_of(robots.begin(), robots.end(),
                           [](const RobotsEntry& entry) { return entry.unstored == 0; });
    }
    bool has_work() const { return next != nullptr || !waiting.empty() || !urls.empty(); }
    // Nothing to do, nothing under way, nothing more on disk.
    bool finished() const { return visits == 0 && !has_work() && !loading && exhausted; }
};

}  // namespace crawld
