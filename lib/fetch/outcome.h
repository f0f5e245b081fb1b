// Outcome: what became of one request. A closed set of words, the same in the crawl log, the
// metrics and the state database (whose numbers these are: add at the end, never renumber).
//
// Test: tests/unit/fetch/outcome_test.cc
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace crawld {

enum class Outcome : uint8_t {
    ok,               // 2xx, whole body
    redirect,         // 3xx with a usable Location
    not_modified,     // 304
    client_error,     // 4xx
    server_error,     // 5xx
    odd_status,       // 1xx at the end, 3xx without Location, 6xx and above
    throttled,        // 429, or 503
    dns_not_found,    // the name does not exist, or has no address
    dns_failed,       // SERVFAIL, refused, malformed
    dns_timeout,      // no answer from any name server
    address_refused,  // the address guard said no
    connect_refused,  // RST or ICMP
    connect_timeout,  // no handshake in time
    connect_failed,   // no route, network down, ...
    tls_failed,       // handshake or protocol
    tls_certificate,  // expired, wrong host, unknown issuer
    timeout,          // total_timeout
    too_slow,         // low_speed_*
    empty_reply,      // closed before the first byte
    connection_lost,  // reset while receiving; a kept-alive connection that was dead
    truncated,        // fewer bytes than announced
    bad_response,     // not HTTP: bad status line, bad chunk, NUL in a header
    headers_too_large,
    body_too_large,      // cut at body_max; what came is kept
    undecodable,         // content coding broken or unknown; what was decoded is kept
    robots_denied,       // robots.txt says no
    robots_unreachable,  // robots.txt cannot be had: everything is disallowed
    skipped,             // a rule, limit or budget; `reason` names it
    given_up,            // deadline over all attempts
    canceled,            // a stop came first; the URL stays queued
};
inline constexpr size_t kOutcomes = 30;

constexpr std::array<std::string_view, kOutcomes> enum_names(Outcome) {
    return {"ok",
            "redirect",
            "not_modified",
            "client_error",
            "server_error",
            "odd_status",
            "throttled",
            "dns_not_found",
            "dns_failed",
            "dns_timeout",
            "address_refused",
            "connect_refused",
            "connect_timeout",
            "connect_failed",
            "tls_failed",
            "tls_certificate",
            "timeout",
            "too_slow",
            "empty_reply",
            "connection_lost",
            "truncated",
            "bad_response",
            "headers_too_large",
            "body_too_large",
            "undecodable",
            "robots_denied",
            "robots_unreachable",
            "skipped",
            "given_up",
            "canceled"};
}

// Whether the same request may succeed later.
bool is_transient(Outcome outcome);
// Whether it speaks against the host rather than against the URL: feeds backoff and the breaker.
bool is_host_failure(Outcome outcome);
// Heritrix's numbers for scripts that know them (-1 DNS, -2 connect, ...); the status if there is
// one.
int heritrix_code(Outcome outcome, int status);

}  // namespace crawld
