// The `politeness:` section: limits per host, domain, address and process.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.h"
#include "politeness/window.h"

namespace crawld {

enum class RobotsMode : uint8_t { obey, ignore };
constexpr std::array<std::string_view, 2> enum_names(RobotsMode) {
    return {"obey", "ignore"};
}

struct LimitOptions {
    std::vector<Window> windows;
    uint32_t concurrency = 0;  // requests in flight; 0: no limit
    bool operator==(const LimitOptions&) const = default;
};
template <class V>
void describe(V& v, LimitOptions& o) {
    v.field({.name = "windows",
             .help = "At most N requests in any P, written N/P (1/1s, 60/5m); every request must "
                     "fit all of them."},
            o.windows);
    v.field({.name = "concurrency",
             .help = "Requests in flight at one time; 0 means no limit.",
             .max = 100'000},
            o.concurrency);
}

struct PolitenessOptions {
    RobotsMode robots = RobotsMode::obey;
    std::vector<std::string> own_hosts;
    LimitOptions host{{{1, seconds(1)}, {60, minutes(5)}}, 1};
    LimitOptions domain;
    LimitOptions ip{{{10, seconds(1)}}, 4};
    LimitOptions global{{}, 512};
    Duration crawl_delay_max = seconds(300);
    Duration retry_after_max = hours(24);
    Duration backoff_min = seconds(60);
    Duration backoff_max = hours(1);
    uint32_t breaker_failures = 5;
    Duration breaker_sleep = hours(1);
    Duration robots_ttl_max = hours(24);
};
template <class V>
void describe(V& v, PolitenessOptions& o) {
    v.field({.name = "robots",
             .help = "obey, or ignore on the hosts of own_hosts only; ignoring is logged at every "
                     "start."},
            o.robots);
    v.field({.name = "own_hosts",
             .help = "Hosts that are yours, where robots: ignore may take effect.",
             .per_host = false},
            o.own_hosts);
    v.section({.name = "host", .help = "Limits of one host name."}, o.host);
    v.section({.name = "domain",
               .help = "Limits of one registrable domain. In an overlay the match is the domain's "
                       "name, example.org, whichever of its hosts are meant."},
              o.domain);
    v.section({.name = "ip", .help = "Limits of one address (IPv6: one /64).", .per_host = false},
              o.ip);
    v.section({.name = "global",
               .help = "Limits of the whole process. Its concurrency counts a request until its "
                       "page is committed, and so bounds what a crash may fetch again; up to "
                       "a quarter of it is kept for hosts whose last page came whole.",
               .per_host = false},
              o.global);
    v.field({.name = "crawl_delay_max",
             .help = "A Crawl-delay of robots.txt becomes the window 1/delay, clamped to this."},
            o.crawl_delay_max);
    v.field({.name = "retry_after_max", .help = "Retry-After is obeyed up to this."},
            o.retry_after_max);
    v.field({.name = "backoff_min",
             .help = "First pause of a host after 429, 503 or a failure to connect (at least ten "
                     "times its gap); it doubles with each further one.",
             .min = 1'000},
            o.backoff_min);
    v.field({.name = "backoff_max", .help = "Longest such pause.", .min = 1'000}, o.backoff_max);
    v.field({.name = "breaker_failures",
             .help = "So many failures of a host in a row put it to sleep; then one probe decides.",
             .min = 1},
            o.breaker_failures);
    v.field({.name = "breaker_sleep", .help = "How long it sleeps before the probe.", .min = 1'000},
            o.breaker_sleep);
    v.field({.name = "robots_ttl_max",
             .help = "A robots.txt is fetched again after this, or after the server's TTL if that "
                     "is shorter.",
             .min = 1'000'000},
            o.robots_ttl_max);
}

}  // namespace crawld
