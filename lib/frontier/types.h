// The records that pass between the frontier and the crawler.
//
// Test: tests/unit/frontier/
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "url/keys.h"
#include "url/url.h"

namespace crawld {

// Smaller comes first. The byte of the queue's key. `seed` is also for sitemaps, and for pages that
// a sitemap calls important; `embed` also for those that it calls unimportant, and for links that
// are not likely to bring anything new.
enum class Priority : uint8_t { urgent, seed, link, embed };
inline constexpr size_t kPriorities = 4;

// How a URL was found; Heritrix's letters, the crawl log's `via` path.
enum class Discovery : uint8_t { seed, link, redirect, embed, manifest };

// A URL to be made known. Dropped if it is known already.
struct NewUrl {
    CanonicalUrl url;
    UrlKey key;
    Priority priority = Priority::link;
    Discovery discovery = Discovery::link;
    uint16_t depth = 0;
    uint8_t hops = 0;    // redirects in a row that led here
    WallTime lastmod{};  // as the sitemap has it that it was found in; zero: none
};

// Where a queued URL came from; given back when it is settled.
struct ChunkRef {
    Priority priority = Priority::link;
    uint64_t seq = 0;
    bool operator==(const ChunkRef&) const = default;
};

// What a server said to ask by whether a URL has changed (RFC 9110 section 8.8), as it said it.
struct Validators {
    std::string etag{};
    std::string last_modified{};
    bool operator==(const Validators&) const = default;
    bool empty() const { return etag.empty() && last_modified.empty(); }
};

// What the archive has of a URL, to refer to when it is fetched again.
struct ArchivedCopy {
    std::string payload{};  // digest of its payload, bytes
    WallTime date{};        // of its record; zero: there is none
    std::string url{};      // of its record, where that is another one's; empty: its own
};

// A URL taken from the queue.
struct QueuedUrl {
    CanonicalUrl url;
    UrlKey key;
    Priority priority = Priority::link;
    Discovery discovery = Discovery::link;
    uint16_t depth = 0;
    uint8_t hops = 0;
    uint32_t attempt = 0;     // tries before this one
    WallTime discovered{};    // or the time it was due at, to be tried or fetched again
    WallTime first_try{};     // zero: none yet; without the waits that hosts asked for
    std::string via{};        // the page it was found on; empty for seeds
    Validators validators{};  // of the last answer, if it is fetched again
    WallTime lastmod{};       // as NewUrl has it
    bool counted = false;     // among the pages of its host already
    ChunkRef chunk{};
    ArchivedCopy archived{};  // not kept in the queue

    // Before its turn, whatever its priority was: a failure may have passed.
    bool is_retry() const { return attempt > 0; }
};

// What it takes in memory.
inline size_t memory_of(const QueuedUrl& url) {
    constexpr size_t kAllocations = 2 * 16;  // of the URL and of `via`
    return sizeof(QueuedUrl) + kAllocations + url.url.href().size() + url.via.size() +
           url.validators.etag.size() + url.validators.last_modified.size();
}

// How much of a host's queue is loaded at a time: at most so many URLs, and of more than one not
// more bytes of memory.
struct LoadBound {
    LoadBound(size_t urls_max, size_t bytes_max = SIZE_MAX) : urls(urls_max), bytes(bytes_max) {}
    size_t urls;
    size_t bytes;
};
// Of the URLs of a host that are in memory, on average; fewer are loaded if they are longer.
inline constexpr size_t kLoadedUrlBytes = 256;

enum class UrlState : uint8_t { queued, done, gone, due };  // numbers are on disk

// What is remembered of a host between its stays in memory. `politeness` is opaque here: the
// crawler's saved gate and health, as wall time so that it outlives a boot.
struct HostFacts {
    std::string name{};
    WallTime not_before{};
    std::string politeness{};
    uint64_t pages = 0;  // answered; each counts once, however often it is fetched
    uint64_t bytes = 0;  // on the wire
    uint64_t failures = 0;
    Duration fetching{0};  // what its fetches took together
};

// The end of one visit's attempt.
struct Settled {
    UrlKey key;
    ChunkRef chunk{};
    UrlState state = UrlState::done;  // done, gone, or due (again at due_at)
    uint8_t outcome = 0;              // fetch/outcome.h's number
    uint16_t status = 0;
    WallTime due_at{};
    QueuedUrl again;    // state due: attempt and first_try already advanced
    std::string via{};  // of the new URLs: this page
    std::vector<NewUrl> found{};
    HostFacts host{};        // as of now, replaces the row's
    uint64_t links_new = 0;  // out: how many of `found` were new
};

// What another crawler fetched.
struct FetchedElsewhere {
    UrlKey key;
    std::string host;
    uint8_t outcome = 0;  // fetch/outcome.h's number
    uint16_t status = 0;
};

// A host that has URLs to fetch and is not loaded (or has been given more).
struct HostWake {
    HostKey key;
    std::string name;
};

// One robots.txt as remembered.
struct RobotsRecord {
    std::string body{};   // capped at kRobotsBytesMax; empty when `verdict` needs none
    uint8_t verdict = 0;  // the crawler's RobotsVerdict
    uint16_t status = 0;
    WallTime fetched_at{};
    WallTime expires_at{};
    WallTime first_failure_at{};  // zero: the last fetch was good
};

}  // namespace crawld
