// Options of the crawl as a whole, and the options of one host after its overlays.
//
// Units:  sections of the configuration file; the whole of it is CrawldConfig in config/config.h.
// Test:   tests/unit/crawl/host_options_test.cc, tests/unit/config/
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.h"
#include "fetch/options.h"
#include "html/options.h"
#include "politeness/options.h"
#include "sitemap/options.h"
#include "url/options.h"
#include "url/scope.h"

namespace crawld {

struct IdentityOptions {
    std::string product = "crawld";
    std::string contact;  // required: the configuration does not load without
};
template <class V>
void describe(V& v, IdentityOptions& o) {
    v.field({.name = "product",
             .help = "First word of the User-Agent and the token looked for in robots.txt: "
                     "letters, '-' and '_'.",
             .live = false,
             .per_host = false},
            o.product);
    v.field({.name = "contact",
             .help = "Required. A URL or mail address where site owners reach you; sent with every "
                     "request.",
             .live = false,
             .per_host = false},
            o.contact);
}

// Exactly one of them.
struct SeedOption {
    std::string url{};
    std::string file{};
    std::string sitemap{};
    bool operator==(const SeedOption&) const = default;
};
template <class V>
void describe(V& v, SeedOption& o) {
    v.field({.name = "url",
             .help = "A URL to start from; may be written alone, without url:.",
             .shorthand = true},
            o.url);
    v.field({.name = "file",
             .help = "A file with one URL a line, of any length; relative to the configuration "
                     "file. Empty lines and lines that begin with # are skipped."},
            o.file);
    v.field({.name = "sitemap", .help = "The URL of a sitemap or feed, whose URLs are crawled."},
            o.sitemap);
}

struct LimitsOptions {
    uint32_t depth = 50;
    uint64_t pages = 0;
    uint64_t pages_per_host = 0;
    uint64_t bytes_per_host = 0;
    Duration time_per_host{0};
    uint32_t url_bytes = 2'083;
    uint32_t query_bytes = 0;
    uint32_t path_segments = 40;
    uint32_t repeated_segments = 4;
    uint32_t disk_free_percent = 5;
};
template <class V>
void describe(V& v, LimitsOptions& o) {
    v.field({.name = "depth",
             .help = "Links further than this from a seed are not followed; 0 means no limit.",
             .max = 65'535},
            o.depth);
    v.field({.name = "pages",
             .help = "Pages in the whole crawl, over all runs; 0 means no limit.",
             .per_host = false},
            o.pages);
    v.field(
        {.name = "pages_per_host",
         .help = "Pages of one host, over all runs, each counted once however often it is tried "
                 "or fetched again; 0 means no limit. What is beyond a budget of a host is "
                 "skipped for good."},
        o.pages_per_host);
    v.field({.name = "bytes_per_host",
             .help = "Bytes received from one host, over all runs; 0 means no limit. What is under "
                     "way when it is reached still counts."},
            o.bytes_per_host);
    v.field({.name = "time_per_host",
             .help = "Time that fetches from one host have taken together, over all runs; 0 means "
                     "no limit."},
            o.time_per_host);
    v.field({.name = "url_bytes", .help = "Longer URLs are skipped.", .min = 16, .max = 8'192},
            o.url_bytes);
    v.field({.name = "query_bytes",
             .help = "Links with a longer query are not followed; 0 means no limit."},
            o.query_bytes);
    v.field({.name = "path_segments",
             .help = "Links with more segments in their path are not followed; 0 means no limit."},
            o.path_segments);
    v.field({.name = "repeated_segments",
             .help = "Links in whose path one segment comes more often than this are not followed, "
                     "as of a site that links to itself ever deeper; 0 means no limit."},
            o.repeated_segments);
    v.field(
        {.name = "disk_free_percent",
         .help = "With less free, of bytes or inodes, on the disk of the state directory, of the "
                 "archive, of the list of pages or of the crawl log, the crawl pauses, and goes on "
                 "by itself; 0 switches the check off.",
         .max = 99,
         .per_host = false},
        o.disk_free_percent);
}

struct CrawlOptions {
    std::vector<SeedOption> seeds;
    ScopeOptions scope;
    CanonicalOptions canonical;
    LimitsOptions limits;
};
template <class V>
void describe(V& v, CrawlOptions& o) {
    v.field({.name = "seeds",
             .help = "Where the crawl starts: URLs, and files of URLs. New entries are taken up at "
                     "a reload.",
             .per_host = false},
            o.seeds);
    v.section({.name = "scope", .help = "Which links are followed.", .per_host = false}, o.scope);
    v.section({.name = "canonical",
               .help = "Which URLs count as one, beyond what the URL standard says. URLs that are "
                       "known keep their form at a reload; pages that have another by the new "
                       "rules are fetched once more when a link to them is found.",
               .per_host = false},
              o.canonical);
    v.section({.name = "limits", .help = "Where the crawl ends."}, o.limits);
}

struct ThreadsOptions {
    uint32_t loops = 0;
    uint32_t workers = 0;
};
template <class V>
void describe(V& v, ThreadsOptions& o) {
    v.field({.name = "loops",
             .help = "Event loops, each with its share of the hosts; 0 chooses: 1 up to 4 cores, "
                     "then a quarter of the cores.",
             .live = false,
             .max = 64,
             .per_host = false},
            o.loops);
    v.field({.name = "workers",
             .help = "Threads that decode and parse pages; 0 chooses: one a core.",
             .live = false,
             .max = 256,
             .per_host = false},
            o.workers);
}

struct ControlOptions {
    std::string socket;
};
template <class V>
void describe(V& v, ControlOptions& o) {
    v.field({.name = "socket",
             .help = "Path of the control socket; no control socket is opened when empty. This "
                     "version opens none.",
             .live = false,
             .per_host = false},
            o.socket);
}

// What an overlay may change: the options of one host.
struct HostOptions {
    PolitenessOptions politeness;
    FetchOptions fetch;
    HtmlOptions html;
    SitemapOptions sitemaps;
    LimitsOptions limits;
};

// One entry of `hosts:`.
struct HostOverlay {
    // A host name; "*.example.org": every name below example.org at any depth, not itself; "*".
    std::string match;
    std::function<void(HostOptions&)> apply;
    std::string text;  // as configured, for printing and comparing
};

// The options of every host. All overlays that match apply, the least specific first, so the most
// specific has the last word: "*", then "*.org" before "*.example.org", then the name itself; among
// equals the order of the file.
//
// Thread: for_host() from any.
// Cost:   a hash look-up a label of the name. Options are shared by all hosts that the same
//         overlays match, and made once.
class HostOptionsTable {
  public:
    HostOptionsTable(HostOptions base, std::vector<HostOverlay> overlays);
    ~HostOptionsTable();
    // `host` in canonical form: lower case, ASCII.
    std::shared_ptr<const HostOptions> for_host(std::string_view host) const;
    // Of the windows of all hosts and domains: the same as long as nobody may have other ones.
    uint64_t windows_fingerprint() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// Bytes of the URLs found in one document, with their records, until they are committed: so many
// URLs, of this length on average.
inline constexpr uint64_t kFoundUrlBytes = 400;
constexpr uint64_t found_bytes_max(size_t urls_max) {
    return urls_max * kFoundUrlBytes;
}
// And of all documents of a loop, where those that are being read count as though they were to
// bring the most: of so many pages at once.
inline constexpr uint64_t kFoundPages = 16;
inline constexpr uint64_t kFoundBytesMax = 64 << 20;  // or this, if it is more
constexpr uint64_t found_held_max(size_t links_max) {
    return std::max(kFoundBytesMax, kFoundPages * found_bytes_max(links_max));
}

// Bytes of the rules of robots.txt files that a loop keeps in memory (rules_memory.h).
inline constexpr uint64_t kRobotsRulesMax = 64 << 20;
// What one that is being parsed counts for, which is more than any has been seen to take.
inline constexpr uint64_t kRobotsRulesOfFile = 8 << 20;

// Why `match` cannot be the match of an overlay; empty if it can.
std::string overlay_match_problem(std::string_view match);
// Why limits of a registrable domain under `match` would never be asked for; empty if they may be.
std::string domain_match_problem(std::string_view match);

}  // namespace crawld
