// Robots: one robots.txt, parsed for one product token, and its decisions.
//
// How things move in this folder: the bytes of a robots.txt become a RobotsRules for our token;
// allows() decides a URL's path and says which line decided. Fetching, caching and failure rules
// are crawl/'s; page directives (X-Robots-Tag, meta robots) are in directives.h.
//
// RFC 9309: groups for the same token merge; the token is matched whole and case-insensitively,
// "*" only if no group names us; the longest match wins and allow wins ties; '*' and '$' are
// special; percent-encoding is normalised on both sides; at least 500 KiB are read (we read 512).
// Owns:   its rules; the text given to parse() may go.
// Cost:   parse linear; a decision looks only at rules whose literal beginning the path has, and
//         matching one is at most rule length x path length, whatever its wildcards.
// Source: RFC 9309; Google's robots.txt corpus.
// Test:   tests/conformance/robots/, tests/unit/robots/
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"

namespace crawld {

inline constexpr size_t kRobotsBytesMax = 512 * 1024;

struct RobotsDecision {
    bool allowed = true;
    int line = 0;           // 1-based; 0: no rule matched
    std::string_view rule;  // "Disallow: /private", as written; lives as long as the rules
};

class RobotsRules {
  public:
    static RobotsRules parse(std::string_view body, std::string_view product);

    // `path_and_query` of a canonical URL. The request for robots.txt itself is implicitly allowed
    // (RFC 9309 2.2.2) and does not ask.
    RobotsDecision decide(std::string_view path_and_query) const;
    // Crawl-delay of the group that applies, if it has a valid one.
    std::optional<Duration> crawl_delay() const { return crawl_delay_; }
    const std::vector<std::string>& sitemaps() const { return sitemaps_; }
    size_t rule_count() const { return rules_.size(); }
    size_t bytes() const;  // memory held, for the cache's bound

  private:
    friend class RobotsParser;
    struct Rule {
        std::string pattern;  // normalised
        std::string text;     // as written
        size_t literal = 0;   // leading bytes of the pattern before the first '*' or final '$'
        int line = 0;
        bool allow = false;
    };
    void index();

    std::vector<Rule> rules_;
    // Rules by their literal beginning: a path can only match rules whose beginning it starts with.
    std::unordered_map<uint64_t, std::vector<uint32_t>> by_literal_;
    std::vector<size_t> literal_sizes_;  // distinct, ascending
    std::optional<Duration> crawl_delay_;
    std::vector<std::string> sitemaps_;
};

// X-Robots-Tag and <meta name=robots>: what the page asks of us. Tokens are comma lists; an
// X-Robots-Tag value may begin with "product:" and then is for that product only.
struct PageDirectives {
    bool nofollow = false;
    bool noindex = false;
    bool noarchive = false;
    void merge(const PageDirectives& other);
};
PageDirectives parse_meta_robots(std::string_view content);
PageDirectives parse_x_robots_tag(std::string_view value, std::string_view product);

}  // namespace crawld
