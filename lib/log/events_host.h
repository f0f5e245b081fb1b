// Events about hosts: robots.txt, pauses, names.
//
// Test: tests/unit/log/events_test.cc
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/fields.h"
#include "base/time.h"
#include "log/level.h"

namespace crawld {

struct RobotsSettled {
    static constexpr std::string_view kName = "robots.settled";
    static constexpr std::string_view kHelp = "A robots.txt was fetched, or found unavailable.";
    static constexpr LogLevel kLevel = LogLevel::info;
    static constexpr bool kCrawlLog = false;
    uint64_t visit = 0;
    std::string authority{};
    std::string verdict{};
    uint32_t status = 0;
    std::string outcome{};
    uint64_t rules = 0;
    double crawl_delay_s = 0;
    WallTime expires{};
    std::string usage{};
};
template <class V>
void describe(V& v, const RobotsSettled& e) {
    v.field({.name = "visit", .help = "Joins all events of one visit."}, e.visit);
    v.field({.name = "authority", .help = "scheme://host:port."}, e.authority);
    v.field({.name = "verdict", .help = "What follows: rules, allow all or disallow all."},
            e.verdict);
    v.field({.name = "status", .help = "HTTP status; 0 without a response."}, e.status);
    v.field({.name = "outcome", .help = "Of the request, as in the crawl log."}, e.outcome);
    v.field({.name = "rules", .help = "Rules that apply to us."}, e.rules);
    v.field({.name = "crawl_delay_s", .help = "Its Crawl-delay in seconds; 0 without one."},
            e.crawl_delay_s);
    v.field({.name = "expires", .help = "When it is fetched again."}, e.expires);
    v.field({.name = "usage", .help = "Its Content-Usage for us, as sent; never acted on."},
            e.usage);
}

struct RobotsIgnored {
    static constexpr std::string_view kName = "robots.ignored";
    static constexpr std::string_view kHelp =
        "robots: ignore is set: robots.txt is not asked on these hosts.";
    static constexpr LogLevel kLevel = LogLevel::warning;
    static constexpr bool kCrawlLog = false;
    std::string hosts{};
};
template <class V>
void describe(V& v, const RobotsIgnored& e) {
    v.field({.name = "hosts", .help = "The own_hosts of the configuration, comma-separated."},
            e.hosts);
}

struct HostPaused {
    static constexpr std::string_view kName = "host.paused";
    static constexpr std::string_view kHelp = "A host gets no request for a while.";
    static constexpr LogLevel kLevel = LogLevel::info;
    static constexpr bool kCrawlLog = false;
    std::string host{};
    std::string cause{};
    WallTime until{};
    uint32_t failures = 0;
};
template <class V>
void describe(V& v, const HostPaused& e) {
    v.field({.name = "host", .help = "The host name."}, e.host);
    v.field({.name = "cause", .help = "Retry-After, backoff or what else asked for it."}, e.cause);
    v.field({.name = "until", .help = "No request before."}, e.until);
    v.field({.name = "failures", .help = "Failures in a row."}, e.failures);
}

struct HostSlept {
    static constexpr std::string_view kName = "host.slept";
    static constexpr std::string_view kHelp =
        "A host failed so often in a row that it sleeps until one probe.";
    static constexpr LogLevel kLevel = LogLevel::warning;
    static constexpr bool kCrawlLog = false;
    std::string host{};
    std::string cause{};
    WallTime until{};
    uint32_t failures = 0;
};
template <class V>
void describe(V& v, const HostSlept& e) {
    v.field({.name = "host", .help = "The host name."}, e.host);
    v.field({.name = "cause", .help = "The last failure."}, e.cause);
    v.field({.name = "until", .help = "When the probe goes out."}, e.until);
    v.field({.name = "failures", .help = "Failures in a row."}, e.failures);
}

struct HostResumed {
    static constexpr std::string_view kName = "host.resumed";
    static constexpr std::string_view kHelp = "A host that slept answers again.";
    static constexpr LogLevel kLevel = LogLevel::info;
    static constexpr bool kCrawlLog = false;
    std::string host{};
    uint32_t failures = 0;
};
template <class V>
void describe(V& v, const HostResumed& e) {
    v.field({.name = "host", .help = "The host name."}, e.host);
    v.field({.name = "failures", .help = "Failures in a row before."}, e.failures);
}

// A part of a host whose standing has changed.
struct PrefixTurn {
    static constexpr LogLevel kLevel = LogLevel::info;
    static constexpr bool kCrawlLog = false;
    std::string host{};
    std::string prefix{};
    double share = 0;
};
template <class V>
void describe(V& v, const PrefixTurn& e) {
    v.field({.name = "host", .help = "The host name."}, e.host);
    v.field({.name = "prefix",
             .help = "What the paths begin with; # stands for numbers, /* for pages directly below "
                     "the root whose names have none."},
            e.prefix);
    v.field({.name = "share", .help = "Of its last pages, those with new content."}, e.share);
}

struct PrefixDemoted : PrefixTurn {
    static constexpr std::string_view kName = "prefix.demoted";
    static constexpr std::string_view kHelp =
        "A part of a host brings little that is new: links to it are fetched after all others.";
};

struct PrefixRestored : PrefixTurn {
    static constexpr std::string_view kName = "prefix.restored";
    static constexpr std::string_view kHelp =
        "A part of a host that was demoted brings new content again.";
};

struct DnsFailed {
    static constexpr std::string_view kName = "dns.failed";
    static constexpr std::string_view kHelp = "A name could not be resolved.";
    static constexpr LogLevel kLevel = LogLevel::info;
    static constexpr bool kCrawlLog = false;
    uint64_t visit = 0;
    std::string host{};
    std::string outcome{};
    std::string detail{};
};
template <class V>
void describe(V& v, const DnsFailed& e) {
    v.field({.name = "visit", .help = "Joins all events of one visit."}, e.visit);
    v.field({.name = "host", .help = "The host name."}, e.host);
    v.field({.name = "outcome", .help = "As in the crawl log."}, e.outcome);
    v.field({.name = "detail", .help = "What the resolver said."}, e.detail);
}

}  // namespace crawld
