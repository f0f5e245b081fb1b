// RobotsEntry: what is known of one authority's robots.txt, and how long it may be used.
//
// RFC 9309 2.3.1 as contract.md fixes it: 2xx gives rules; 4xx but 429 allows everything; 5xx, 429
// and unreachable disallow everything, but the last good copy serves meanwhile, and the time of the
// first failure is durable. A copy is used until min(server's TTL, robots_ttl_max), and for at
// least one page, so that a TTL of 0 cannot keep a host from ever being fetched.
// Pure: no I/O; the robots visit (step_robots.cc) fetches, the committer stores.
// Cost: of read_robots and restore_robots up to 20 ms for a file of 512 KiB, so they run on the
//       workers and on the committer's thread; the loops get rules that are ready.
// Test: tests/unit/crawl/robots_cache_test.cc
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "fetch/fetcher.h"
#include "frontier/types.h"
#include "robots/robots.h"

namespace crawld {

// On disk in RobotsRecord::verdict: never renumber.
enum class RobotsVerdict : uint8_t { unknown, rules, allow_all, unreachable };
constexpr std::array<std::string_view, 4> enum_names(RobotsVerdict) {
    return {"unknown", "rules", "allow_all", "unreachable"};
}

struct RobotsEntry {
    std::string authority;  // "https://example.org:8080"
    RobotsVerdict verdict = RobotsVerdict::unknown;
    // Verdict rules, and the last good copy after it; null while they have no place in memory.
    std::shared_ptr<const RobotsRules> rules;
    uint16_t status = 0;
    WallTime fetched_at{};
    WallTime expires_at{};
    WallTime
        first_failure_at{};  // later by the waits that the host asked for; zero: it did not fail
    WallTime failed_at{};    // the last time, in this life of the process
    uint32_t failures = 0;   // in a row, in this life of the process
    size_t rule_count = 0;   // of the rules, also while these are not in memory
    std::optional<Duration> crawl_delay;  // likewise
    uint32_t unstored = 0;                // answers that are not on disk yet
    bool fetching = false;
    bool reading = false;  // the rules are on their way from the disk
    bool used = true;      // has let a page be requested, or denied one, since it was fetched

    // A copy from the future is of a clock that was wrong.
    bool fresh(WallTime now) const {
        return verdict != RobotsVerdict::unknown && verdict != RobotsVerdict::unreachable &&
               ((now < expires_at && now + minutes(1) > fetched_at) || !used);
    }
    // Whether a URL has waited for the file in vain for too long. Only what was there when it was
    // last asked for is given up, and not for the failure of an earlier life alone: a host that is
    // well again is found out by the next URL.
    bool given_up(WallTime discovered, Duration deadline) const;
};

// What a finished fetch of robots.txt (redirects followed) says.
struct RobotsAnswer {
    Outcome outcome = Outcome::ok;
    int status = 0;
    std::string body;                          // decoded, up to kRobotsBytesMax
    std::shared_ptr<const RobotsRules> rules;  // of the body, if the outcome has one that counts
    std::optional<Duration> ttl;               // Cache-Control: max-age
    std::optional<Duration> retry_after;
    bool too_many_redirects = false;
};

// Whether the body of a response with this outcome is a file of rules.
bool has_robots_rules(Outcome outcome);
// Decodes answer.body, as it came with this Content-Encoding, and parses it. A body that cannot be
// decoded whole makes an outcome `ok` `undecodable`.
RobotsAnswer read_robots(RobotsAnswer answer, std::string_view coding, std::string_view product);
// Judges the answer into the entry. Returns the record to store; where a good copy goes on serving
// through a failure, its body is left empty and the committer keeps the stored one.
RobotsRecord judge_robots(RobotsEntry& entry, const RobotsAnswer& answer, Duration ttl_max,
                          WallTime now);
// The entry that a stored record stands for.
RobotsEntry restore_robots(std::string authority, const RobotsRecord& record,
                           std::string_view product);
// max-age of Cache-Control, if there is one; 0 for no-store and no-cache.
std::optional<Duration> cache_ttl(std::string_view cache_control);

}  // namespace crawld
