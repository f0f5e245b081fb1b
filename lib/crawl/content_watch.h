// ContentWatch: what one loop remembers of the content of recent pages, to tell copies, near
// copies and error pages that claim to be pages, and the parts of a host that bring nothing new.
//
// How: a page's digest and simhash are looked for among those of its host. Simhashes that differ
//      in at most three bits have one of their four quarters in common, so each is kept under its
//      four quarters. For the first two levels of a path, for a path with a query, and for pages
//      whose names differ in their numbers alone (path_pattern.h), the share of new content is
//      averaged over about the last 32 pages; a prefix that falls below kDemotedBelow after
//      kPagesMin pages is demoted until it rises above kRestoredAbove: links to it are fetched
//      after all others of the host. What it does fetch keeps the share alive. A page that is
//      fetched again counts for no share.
// Owns:   tables of fixed size, about 5 MB; at the bound the older entry leaves. Nothing is on
//         disk: after a start it takes a prefix kPagesMin pages to be known again.
// Thread: the loop's.
// Cost:   some ten cache misses a page.
// Source: Manku, Jain, Das Sarma 2007 (blocks of a simhash).
// Test:   tests/unit/crawl/content_watch_test.cc, tests/scenarios/content_traps.scenario
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "url/keys.h"

namespace crawld {

enum class CopyKind : uint8_t { none, same, similar, soft_404 };
constexpr std::array<std::string_view, 4> enum_names(CopyKind) {
    return {"", "same", "similar", "soft_404"};
}

// The prefixes that are demoted at some moment, for those who ask of many URLs.
// Thread: any.
class DemotedPrefixes {
  public:
    explicit DemotedPrefixes(std::vector<uint64_t> sorted) : keys_(std::move(sorted)) {}
    bool have(HostKey host, std::string_view path_and_query) const;

  private:
    std::vector<uint64_t> keys_;
};

class ContentWatch {
  public:
    static constexpr uint32_t kPagesMin = 64;
    static constexpr float kDemotedBelow = 0.1F;
    static constexpr float kRestoredAbove = 0.2F;

    ContentWatch();

    struct Page {
        UrlKey key;
        std::string_view path_and_query;
        uint64_t content = 0;  // digest; 0: no body
        uint64_t simhash = 0;  // 0: unknown
        bool error = false;    // 404 or 410: what the host says where there is nothing
    };
    // A prefix whose standing has changed.
    struct Turn {
        std::string prefix;
        bool demoted = false;
        float share = 0;  // of new content
    };
    struct Finding {
        CopyKind copy = CopyKind::none;
        std::vector<Turn> turns;
    };
    Finding note(const Page& page);
    // Null: none. The same until some prefix turns.
    std::shared_ptr<const DemotedPrefixes> demoted();

  private:
    struct Seen {
        uint64_t content = 0;  // mixed with the host; 0: empty
        uint64_t url = 0;
        bool error = false;
    };
    struct Near {
        uint64_t simhash = 0;
        HostKey host;
        uint64_t url = 0;
        bool error = false;
    };
    struct Prefix {
        uint64_t key = 0;
        uint32_t pages = 0;
        float share = 1;
        bool demoted = false;
    };

    std::optional<CopyKind> known_content(const Page& page);
    CopyKind similar_content(const Page& page);
    Prefix& prefix_of(uint64_t key);
    bool note_prefix(HostKey host, std::string_view text, bool is_new, bool may_fall,
                     Finding& finding);

    std::vector<Seen> seen_;
    std::vector<Near> near_;
    std::vector<Prefix> prefixes_;
    std::vector<uint64_t> noted_;                  // URLs, to know those that are fetched again
    uint64_t demoted_ = 0;                         // prefixes
    std::shared_ptr<const DemotedPrefixes> told_;  // null: to be made anew, if there are any
};

}  // namespace crawld
