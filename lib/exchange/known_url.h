// KnownUrl: what there is to say of one URL that the crawl knows: a row of `crawld export`.
//
// Its fields are described once; rows.h makes JSON lines and CSV of the description.
// Test: tests/unit/exchange/rows_test.cc, export_test.cc
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/fields.h"
#include "base/time.h"

namespace crawld {

enum class KnownState : uint8_t { queued, due, fetched, failed, excluded };
constexpr std::array<std::string_view, 5> enum_names(KnownState) {
    return {"queued", "due", "fetched", "failed", "excluded"};
}

// What is not known, or does not apply, is empty.
struct KnownUrl {
    std::string key{};
    std::string url{};
    std::string host{};
    KnownState state = KnownState::queued;
    std::string outcome{};
    std::optional<uint64_t> status{};
    std::string reason{};
    std::optional<uint64_t> depth{};
    std::string found_as{};
    std::string via{};
    std::string priority{};
    std::optional<uint64_t> attempts{};
    WallTime discovered_at{};
    WallTime due_at{};
    std::string settled_at{};
    std::string mime{};
    std::optional<uint64_t> bytes{};
    std::string digest{};
    std::string warc_file{};
    std::optional<uint64_t> warc_offset{};
};
template <class V>
void describe(V& v, KnownUrl& u) {
    v.field({.name = "key", .help = "The fingerprint by which the state knows it."}, u.key);
    v.field({.name = "url", .help = "The URL, canonical; empty if no crawl log names it."}, u.url);
    v.field({.name = "host", .help = "Its host name."}, u.host);
    v.field({.name = "state",
             .help = "queued; due, to be tried or fetched again; fetched, with an answer of any "
                     "status; failed; excluded, by robots.txt, a rule or a limit."},
            u.state);
    v.field({.name = "outcome", .help = "Of the last attempt, as in the crawl log."}, u.outcome);
    v.field({.name = "status", .help = "HTTP status of the last attempt."}, u.status);
    v.field({.name = "reason", .help = "The rule, limit or cause, from the crawl log."}, u.reason);
    v.field({.name = "depth", .help = "Links from a seed."}, u.depth);
    v.field({.name = "found_as", .help = "seed, link, redirect, embed or manifest."}, u.found_as);
    v.field({.name = "via", .help = "The page it was found on."}, u.via);
    v.field({.name = "priority", .help = "Of a queued URL."}, u.priority);
    v.field({.name = "attempts", .help = "So far, of a queued or due URL."}, u.attempts);
    v.field({.name = "discovered_at", .help = "Of a queued or due URL."}, u.discovered_at);
    v.field({.name = "due_at", .help = "When a due URL returns to its queue."}, u.due_at);
    v.field({.name = "settled_at", .help = "Of the last attempt, from the crawl log."},
            u.settled_at);
    v.field({.name = "mime", .help = "From the crawl log, as what follows."}, u.mime);
    v.field({.name = "bytes", .help = "Of the body after decoding."}, u.bytes);
    v.field({.name = "digest", .help = "Of the body."}, u.digest);
    v.field({.name = "warc_file", .help = "Archive file with the record."}, u.warc_file);
    v.field({.name = "warc_offset", .help = "Where the record starts in it."}, u.warc_offset);
}

}  // namespace crawld
