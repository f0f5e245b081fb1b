// Outcome: what became of one request. A closed set of words, the same in the crawl log, the
// metrics and the state database (whose numbers these are: add at the end, never renumber). What
// is true of an outcome everywhere stands in one row of kOutcomeTraits; what a single reader makes
// of it (robots, politeness) stands with that reader.
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
    canceled,            // a stop came first, or no socket could be had; the URL stays queued
};
inline constexpr size_t kOutcomes = 30;

struct OutcomeTraits {
    enum : unsigned {
        kAnswered = 1,     // the server gave an answer that counts as a page
        kError = 2,        // an operator would want to see it
        kTransient = 4,    // the same request may succeed later
        kHostFailure = 8,  // speaks against the host rather than the URL: backoff, breaker
        kWithheld = 16,    // no request was made, or none will be any more
    };
    Outcome outcome;
    std::string_view name;
    int heritrix;  // Heritrix 3's fetch status code where there is no status; 0: it has none
    unsigned flags;
};

inline constexpr auto kOutcomeTraits = [] {
    using enum Outcome;
    constexpr unsigned kAnswered = OutcomeTraits::kAnswered, kError = OutcomeTraits::kError,
                       kWithheld = OutcomeTraits::kWithheld, kAgain = OutcomeTraits::kTransient,
                       kHost = OutcomeTraits::kHostFailure;
    return std::array<OutcomeTraits, kOutcomes>{{
        {ok, "ok", 0, kAnswered},
        {redirect, "redirect", 0, kAnswered},
        {not_modified, "not_modified", 0, kAnswered},
        {client_error, "client_error", 0, kAnswered},
        {server_error, "server_error", 0, kAnswered | kError | kAgain | kHost},
        {odd_status, "odd_status", 0, kAnswered | kError},
        {throttled, "throttled", 0, kAnswered | kError | kAgain | kHost},
        {dns_not_found, "dns_not_found", -1, kError | kHost},
        {dns_failed, "dns_failed", -1, kError | kAgain | kHost},
        {dns_timeout, "dns_timeout", -1, kError | kAgain | kHost},
        {address_refused, "address_refused", -5001, kError},
        {connect_refused, "connect_refused", -2, kError | kAgain | kHost},
        {connect_timeout, "connect_timeout", -2, kError | kAgain | kHost},
        {connect_failed, "connect_failed", -2, kError | kAgain | kHost},
        {tls_failed, "tls_failed", -2, kError | kAgain | kHost},
        {tls_certificate, "tls_certificate", -2, kError | kHost},
        {timeout, "timeout", -4, kError | kAgain | kHost},
        {too_slow, "too_slow", -4, kError | kAgain | kHost},
        {empty_reply, "empty_reply", -404, kError | kAgain | kHost},
        {connection_lost, "connection_lost", -3, kError | kAgain | kHost},
        {truncated, "truncated", -3, kError | kAgain},
        {bad_response, "bad_response", -3, kError},
        {headers_too_large, "headers_too_large", -3, kError},
        {body_too_large, "body_too_large", -3, kAnswered | kError},
        {undecodable, "undecodable", -3, kAnswered | kError},
        {robots_denied, "robots_denied", -9998, kWithheld},
        {robots_unreachable, "robots_unreachable", -61, kWithheld | kAgain},
        {skipped, "skipped", -5000, kWithheld},
        {given_up, "given_up", -8, kWithheld},
        {canceled, "canceled", 0, kAgain},
    }};
}();

constexpr std::array<std::string_view, kOutcomes> enum_names(Outcome) {
    std::array<std::string_view, kOutcomes> names;
    for (size_t i = 0; i < kOutcomes; ++i)
        names[i] = kOutcomeTraits[i].name;
    return names;
}

constexpr const OutcomeTraits& traits_of(Outcome outcome) {
    return kOutcomeTraits[static_cast<size_t>(outcome)];
}
constexpr bool is_answered(Outcome outcome) {
    return (traits_of(outcome).flags & OutcomeTraits::kAnswered) != 0;
}
constexpr bool is_error(Outcome outcome) {
    return (traits_of(outcome).flags & OutcomeTraits::kError) != 0;
}
constexpr bool is_transient(Outcome outcome) {
    return (traits_of(outcome).flags & OutcomeTraits::kTransient) != 0;
}
constexpr bool is_host_failure(Outcome outcome) {
    return (traits_of(outcome).flags & OutcomeTraits::kHostFailure) != 0;
}
constexpr bool is_withheld(Outcome outcome) {
    return (traits_of(outcome).flags & OutcomeTraits::kWithheld) != 0;
}

// Heritrix's number for scripts that know them (-1 DNS, -2 connect, ...); the status if there is
// one.
constexpr int heritrix_code(Outcome outcome, int status) {
    return status != 0 ? status : traits_of(outcome).heritrix;
}

}  // namespace crawld
