// Visit: one URL on its way, from the head of its host's queue to its commit.
//
// The steps of a page: admit, resolve, robots, slot, fetch, digest, commit, retire. A robots.txt
// (and each of its redirect hops) is a visit too, with its own slot: resolve, slot, fetch, judge,
// commit, retire. Crawler::advance() is the one switch over the steps.
//
// Owns:   everything but the host. Thread: the loop's, except that digest and commit move their
//         inputs out and their results back in by mailbox.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawl/content_watch.h"
#include "crawl/digest.h"
#include "crawl/host_state.h"
#include "crawl/record_maker.h"
#include "dns/resolver.h"
#include "fetch/fetcher.h"
#include "frontier/types.h"

namespace crawld {

enum class VisitKind : uint8_t { page, robots };
constexpr std::array<std::string_view, 2> enum_names(VisitKind) {
    return {"page", "robots"};
}

// In order: what is before `fetch` holds no slot.
enum class Step : uint8_t { admit, resolve, robots, slot, fetch, judge, digest, commit, retire };
constexpr std::array<std::string_view, 9> enum_names(Step) {
    return {"admit", "resolve", "robots", "slot", "fetch", "judge", "digest", "commit", "retire"};
}

// What a step says to the loop that drives it.
enum class Progress : uint8_t { proceed, wait };

// The slots that a visit holds.
struct Tickets {
    uint64_t ip_key = 0;
    bool taken = false;
    bool unproven = false;  // counts in Crawler::unproven_under_way_
    bool new_page = false;  // counts in HostState::pages_under_way
    bool answered = false;
};

// The robots.txt whose result a robots visit brings, through however many hops.
struct RobotsErrand {
    HostKey owner;          // host of the first authority
    std::string authority;  // the first authority: the result is its
    int hops = 0;
    uint64_t visit = 0;  // of the first request, for the log
};

struct Visit {
    explicit Visit(QueuedUrl queued) : item(std::move(queued)) {}

    uint64_t id = 0;
    VisitKind kind = VisitKind::page;
    Step step = Step::admit;
    HostState* host = nullptr;  // the host that the request goes to

    QueuedUrl item;  // the page; of a robots visit only `url` counts
    RobotsErrand errand;
    IpAddress address;
    size_t address_index = 0;  // which of the host's
    uint32_t address_round = 0;
    size_t addresses = 0;  // how many of the host's may be contacted
    Tickets tickets;
    std::shared_ptr<SharedGate> domain;  // the domain gate that the slot was taken of

    FetchResult result;
    bool fetch_started = false;
    bool fetched = false;  // on_fetched has been here
    PageFacts facts;
    RobotsAnswer robots_answer;  // of a robots visit
    ArchivedExchange archived;
    PageDirectives dropped;  // that kept its body out of the archive, or itself out of the list
    CopyKind copy = CopyKind::none;
    uint64_t found_held = 0;  // bytes of the URLs that were found, or may be by the digest
    uint64_t rules_held = 0;  // bytes that the rules of its robots.txt may take
    bool repeats = false;     // it is asked for again: decided once, when its answer is there
    bool digesting = false;
    bool digested = false;
    bool in_group = false;  // handed to step_commit
    bool was_read = false;  // digested: something was looked for in the body
    Settled settled;

    Outcome outcome = Outcome::ok;
    std::string reason;
    std::string robots_line;  // the line that decided

    Instant entered{};  // became the head of its host
    Instant dispatched{};
    WallTime sent_at{};
    Duration wait{0};  // from entered to dispatched
    WaitCause wait_cause = WaitCause::none;
    Duration dns{0};
    Instant dns_started{};
    bool dns_pending = false;
    std::optional<DnsAnswer> dns_answer;
};

}  // namespace crawld
