// Events of one URL's way. `visit` joins them.
//
// The first two are the crawl log: one line a settled URL.
// Test: tests/unit/log/events_test.cc
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/fields.h"
#include "base/time.h"
#include "log/level.h"

namespace crawld {

struct FetchSettled {
    static constexpr std::string_view kName = "fetch.settled";
    static constexpr std::string_view kHelp = "A request was settled: the line of the crawl log.";
    static constexpr LogLevel kLevel = LogLevel::info;
    static constexpr bool kCrawlLog = true;
    uint64_t visit = 0;
    std::string url{};
    std::string host{};
    std::string ip{};
    uint32_t status = 0;
    std::string outcome{};
    int64_t code = 0;
    std::string reason{};
    uint64_t bytes_wire = 0;
    uint64_t bytes_body = 0;
    std::string mime{};
    std::string charset{};
    std::string http_version{};
    std::string tls{};
    double t_queue_ms = 0;
    double t_wait_ms = 0;
    std::string wait_cause{};
    double t_dns_ms = 0;
    double t_connect_ms = 0;
    double t_tls_ms = 0;
    double t_ttfb_ms = 0;
    double t_total_ms = 0;
    uint32_t attempt = 0;
    uint32_t depth = 0;
    std::string via{};
    std::string path{};
    std::string digest{};
    uint64_t links_found = 0;
    uint64_t links_new = 0;
    std::string parser{};
    std::string robots{};
    std::string kind{};
    std::string warc_file{};
    uint64_t warc_offset = 0;
    std::string detail{};
    std::string directives{};
    std::string dropped{};
    std::string canonical{};
    std::string usage{};
    std::string links_left_out{};
    std::string simhash{};
    std::string copy{};
    std::string sitemap_lastmod{};
    std::string alternates{};
};
// The second half: what a page is, and says of itself.
template <class V>
void describe_page(V& v, const FetchSettled& e) {
    v.field({.name = "detail", .help = "Of a failure: what the library said."}, e.detail);
    v.field({.name = "directives", .help = "What the page's headers and meta robots ask for."},
            e.directives);
    v.field({.name = "dropped",
             .help = "Of them, what kept its body out of the archive (archive.noarchive) or its "
                     "line out of the list of pages (pages.noindex)."},
            e.dropped);
    v.field({.name = "canonical", .help = "The URL that the page names as its canonical one."},
            e.canonical);
    v.field(
        {.name = "usage", .help = "Content-Usage and TDM reservation, as sent; never acted on."},
        e.usage);
    v.field({.name = "links_left_out",
             .help = "Distinct links that are not followed: the rule or limit, and how many."},
            e.links_left_out);
    v.field({.name = "simhash",
             .help = "Of the text of an HTML page: near copies differ in at most 3 of 64 bits."},
            e.simhash);
    v.field({.name = "copy",
             .help = "Of a recent page of the host: same, similar, or soft_404, which looks like "
                     "its answer to what is not there."},
            e.copy);
    v.field({.name = "sitemap_lastmod",
             .help = "When it was last changed, as the sitemap says that it was found in."},
            e.sitemap_lastmod);
    v.field({.name = "alternates",
             .help = "The page in other languages, as it says: tag=URL, blanks between them; +N "
                     "counts those without room."},
            e.alternates);
}
template <class V>
void describe(V& v, const FetchSettled& e) {
    v.field({.name = "visit", .help = "Joins all events of one visit."}, e.visit);
    v.field({.name = "url", .help = "The URL asked for, canonical."}, e.url);
    v.field({.name = "host", .help = "Its host name."}, e.host);
    v.field({.name = "ip", .help = "The address connected to."}, e.ip);
    v.field({.name = "status", .help = "HTTP status; 0 without a response."}, e.status);
    v.field({.name = "outcome", .help = "What became of it, a word of a closed set."}, e.outcome);
    v.field({.name = "code", .help = "The status, or Heritrix's negative number for the failure."},
            e.code);
    v.field({.name = "reason",
             .help = "Why, where the outcome leaves it open: a rule, a limit, a cause."},
            e.reason);
    v.field({.name = "bytes_wire", .help = "Bytes received, headers included, as on the wire."},
            e.bytes_wire);
    v.field({.name = "bytes_body", .help = "Bytes of the body after decoding."}, e.bytes_body);
    v.field(
        {.name = "mime",
         .help = "Media type that the body was read as; detail names the one sent, if another."},
        e.mime);
    v.field({.name = "charset", .help = "Character encoding that was used."}, e.charset);
    v.field({.name = "http_version", .help = "Of the response."}, e.http_version);
    v.field({.name = "tls", .help = "TLS version; empty for http."}, e.tls);
    v.field(
        {.name = "t_queue_ms", .help = "From discovery, or the time a retry was due, to its turn."},
        e.t_queue_ms);
    v.field({.name = "t_wait_ms", .help = "From its turn to the request: waiting for limits."},
            e.t_wait_ms);
    v.field({.name = "wait_cause", .help = "What it waited for longest."}, e.wait_cause);
    v.field({.name = "t_dns_ms", .help = "Name resolution; 0 from the cache."}, e.t_dns_ms);
    v.field({.name = "t_connect_ms", .help = "TCP connect; 0 on a kept-alive connection."},
            e.t_connect_ms);
    v.field({.name = "t_tls_ms", .help = "TLS handshake."}, e.t_tls_ms);
    v.field({.name = "t_ttfb_ms", .help = "From the start of the exchange to the first byte."},
            e.t_ttfb_ms);
    v.field({.name = "t_total_ms", .help = "From the start of the exchange to its end."},
            e.t_total_ms);
    v.field({.name = "attempt", .help = "1 for the first try."}, e.attempt);
    v.field({.name = "depth", .help = "Links from a seed."}, e.depth);
    v.field({.name = "via", .help = "The page it was found on; empty for seeds."}, e.via);
    v.field({.name = "path",
             .help = "How it was found: empty seed, L link, R redirect, E embed, M manifest."},
            e.path);
    v.field({.name = "digest", .help = "Of the body."}, e.digest);
    v.field({.name = "links_found", .help = "Links in the page, at most html.links_max."},
            e.links_found);
    v.field({.name = "links_new", .help = "Those that were not known before."}, e.links_new);
    v.field({.name = "parser", .help = "What found the links: scanner or gumbo."}, e.parser);
    v.field({.name = "robots", .help = "The line of robots.txt that decided."}, e.robots);
    v.field({.name = "kind", .help = "page, or robots for a robots.txt."}, e.kind);
    v.field({.name = "warc_file", .help = "Archive file with the record."}, e.warc_file);
    v.field({.name = "warc_offset", .help = "Where the record starts in it."}, e.warc_offset);
    describe_page(v, e);
}

struct UrlSkipped {
    static constexpr std::string_view kName = "url.skipped";
    static constexpr std::string_view kHelp = "A URL was settled without a request.";
    static constexpr LogLevel kLevel = LogLevel::info;
    static constexpr bool kCrawlLog = true;
    uint64_t visit = 0;
    std::string url{};
    std::string host{};
    std::string outcome{};
    int64_t code = 0;
    std::string reason{};
    uint32_t depth = 0;
    std::string via{};
};
template <class V>
void describe(V& v, const UrlSkipped& e) {
    v.field({.name = "visit", .help = "Joins all events of one visit."}, e.visit);
    v.field({.name = "url", .help = "The URL, canonical."}, e.url);
    v.field({.name = "host", .help = "Its host name."}, e.host);
    v.field({.name = "outcome", .help = "What became of it, a word of a closed set."}, e.outcome);
    v.field({.name = "code", .help = "Heritrix's negative number for it."}, e.code);
    v.field({.name = "reason", .help = "The rule or limit that decided."}, e.reason);
    v.field({.name = "depth", .help = "Links from a seed."}, e.depth);
    v.field({.name = "via", .help = "The page it was found on; empty for seeds."}, e.via);
}

struct VisitTraced {
    static constexpr std::string_view kName = "visit.traced";
    static constexpr std::string_view kHelp = "A visit took a step.";
    static constexpr LogLevel kLevel = LogLevel::debug;
    static constexpr bool kCrawlLog = false;
    uint64_t visit = 0;
    std::string url{};
    std::string step{};
};
template <class V>
void describe(V& v, const VisitTraced& e) {
    v.field({.name = "visit", .help = "Joins all events of one visit."}, e.visit);
    v.field({.name = "url", .help = "The URL on its way."}, e.url);
    v.field({.name = "step", .help = "The step it is in now."}, e.step);
}

}  // namespace crawld
