// Robots: one robots.txt, parsed for one product token, and its decisions.
//
// How things move in this folder: the bytes of a robots.txt are split into records (lines.h); those
// of the groups for our token, or else for everybody, become rules with a pattern in normal form
// (pattern.h), which are ranked and indexed (rule_table.h). decide() brings a URL's path into the
// same form (path_text.h), looks for the strongest rule that matches, and says which line that was.
// Fetching, caching and failure rules are crawl/'s. What a page asks by itself, in X-Robots-Tag and
// <meta name=robots>, is in directives.h.
//
// RFC 9309: groups for the same token merge; the token is matched whole and case-insensitively,
// "*" only if no group names us; the longest match wins and allow wins ties; '*' and '$' are
// special; percent-encoding is normalised on both sides; at least 500 KiB are read (we read 512).
// Records that the RFC does not know (Sitemap, Crawl-delay, anything else) end no group (2.2.4).
// Of Google's leniencies none is taken over: no colon is no record, a misspelt key is another key,
// and "index.html" is not "/". Nor of others': "User-agent: a, b" names `a`, "/*" is longer than
// "/" and so wins over it, and rules before the first user-agent line are nobody's.
//
// Crawl-delay is no part of the RFC. It belongs to the user-agent lines right before it (other
// crawlers' files rely on "User-agent: a, Crawl-delay, User-agent: b, Disallow" giving the delay to
// `a` alone, and the rule to both); of several that apply the longest counts, and 0 is none.
// Content-Usage is told likewise whom it is for; it is kept for the record and decides nothing.
//
// Owns:   its rules; the text given to parse() may go.
// Cost:   parse O(n log n). A decision by an ordinary file takes about 1 us; by 10,000 rules full
//         of wildcards about a path of 2,000 bytes 15 to 60 us where a piece of each is absent or
//         two are in the wrong order, up to 90 us where each rule has three pieces of its own that
//         all are in the path and fails only between the first and the last place of one. It is
//         some 3 ns for each piece that is found and no rule shares: with as many as 10,000 rules
//         of 512 KiB may have, twenty of one letter each, 1 ms.
// Source: RFC 9309; Google's robots.txt corpus.
// Test:   tests/conformance/robots/, tests/unit/robots/
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "robots/directives.h"
#include "robots/lines.h"
#include "robots/rule_table.h"

namespace crawld {

struct RobotsDecision {
    bool allowed = true;
    int line = 0;           // 1-based; 0: no rule matched
    std::string_view rule;  // "Disallow: /private", as written; lives as long as the rules
};

// Longer ones are those of no URL that is fetched (limits.url_bytes).
inline constexpr size_t kRobotsPathBytesMax = 10'922;

class RobotsRules {
  public:
    static RobotsRules parse(std::string_view body, std::string_view product);

    // `path_and_query` of a canonical URL. The request for robots.txt itself is implicitly allowed
    // (RFC 9309 2.2.2) and does not ask. Beyond kRobotsPathBytesMax: denied, by no rule.
    RobotsDecision decide(std::string_view path_and_query) const;
    // Crawl-delay of the group that applies, if it has a valid one; never zero.
    std::optional<Duration> crawl_delay() const { return crawl_delay_; }
    // Content-Usage of the group that applies: "train-ai=n; /blog train-ai=y".
    const std::string& usage() const { return usage_; }
    // As written, each once, of all groups.
    const std::vector<std::string>& sitemaps() const { return sitemaps_; }
    size_t rule_count() const { return rules_.size(); }
    size_t bytes() const;  // memory held, for the cache's bound

  private:
    RuleTable rules_;
    std::optional<Duration> crawl_delay_;
    std::string usage_;
    std::vector<std::string> sitemaps_;
};

}  // namespace crawld
