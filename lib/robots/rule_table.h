// RuleTable: the rules of one group, arranged so that a decision looks at few of them.
//
// RFC 9309 2.2.2: of the rules that match, the one with the most octets decides, and an allowing
// one before a disallowing one. So rules are ranked once, the strongest first, and a decision is
// the search for the lowest rank that matches:
//
//     literals  patterns without '*' and '$': sorted, each knowing the longest other one that it
//               begins with; the path's place among them gives the longest that it begins with
//     exacts    patterns whose only special is a final '$': sorted, looked up
//     globs     patterns with '*': a tree of their pieces (glob_tree.h), of which whatever is
//               weaker than what the other two gave is left out
//
// With few pieces in all globs each is searched for; with many they are indexed (piece_index.h),
// the path is read once for all of them, and where a piece is next is a look into arrays
// (piece_places.h).
//
// Cost: building O(n log n); deciding O(path + log n) and, with globs, a walk along the tree.
// Test: tests/conformance/robots/patterns_test.cc, tests/unit/robots/rules_test.cc,
//       tests/faults/cost_test.cc
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "robots/glob_tree.h"
#include "robots/path_text.h"
#include "robots/pattern.h"
#include "robots/piece_index.h"
#include "robots/piece_places.h"

namespace crawld {

struct Rule {
    Pattern pattern;
    std::string text;  // "Disallow: /private", as written
    int line = 0;
    bool allow = false;
};

class RuleTable {
  public:
    struct Entry {
        uint32_t text;  // in texts_
        uint32_t text_bytes;
        int line;
        bool allow;
    };

    RuleTable() = default;
    explicit RuleTable(std::vector<Rule> rules);

    // The rule that decides about the path, if one matches.
    const Entry* find(std::string_view path_and_query) const;
    std::string_view text(const Entry& entry) const {
        return std::string_view(texts_).substr(entry.text, entry.text_bytes);
    }
    size_t size() const { return entries_.size(); }
    size_t bytes() const;

  private:
    static constexpr uint32_t kNone = UINT32_MAX;

    // A run of bytes in texts_.
    struct Text {
        uint32_t begin = 0;
        uint32_t bytes = 0;
    };
    struct Literal {
        Text text;
        uint32_t rank;
        uint32_t parent = kNone;  // the longest literal that this one begins with
    };
    struct StoredPiece {
        Text text;
        uint32_t in_query;  // where it is as the query spells it
    };
    class Builder;
    class PieceSearches;

    std::string_view view(Text text) const {
        return std::string_view(texts_).substr(text.begin, text.bytes);
    }
    uint32_t strongest_literal(std::string_view path) const;
    uint32_t strongest_exact(std::string_view path) const;
    // `none` if no glob stronger than that matches.
    uint32_t strongest_glob(const PathText& path, uint32_t none) const;

    std::string texts_;
    std::vector<Entry> entries_;  // by rank
    std::vector<Literal> literals_;
    std::vector<Literal> exacts_;
    GlobTree globs_;
    // By number: the pieces themselves if they are few, else their index.
    std::vector<StoredPiece> pieces_;
    std::shared_ptr<const PieceIndex> index_;
    std::vector<SpecialPiece> specials_;
};

}  // namespace crawld
