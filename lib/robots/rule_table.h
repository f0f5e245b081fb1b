// RuleTable: the rules of one group, arranged so that a decision looks at few of them.
//
// RFC 9309 2.2.2: of the rules that match, the one with the most octets decides, and an allowing
// one before a disallowing one. So rules are ranked once, the strongest first, and a decision is
// the search for the lowest rank that matches:
//
//     literals  patterns without '*' and '$': sorted, each knowing the longest other one that it
//               begins with; the path's place among them gives the longest that it begins with
//     exacts    patterns whose only special is a final '$': sorted, looked up
//     globs     patterns with '*', by rank: tried in order until one matches, or until the rank is
//               weaker than what the other two gave. Their pieces are numbered, equal ones alike,
//               so that one look at the path serves all rules that share a piece.
//
// Each '*' is matched leftmost: that leaves most for the pieces behind it, so nothing is ever tried
// twice.
//
// Cost: building O(n log n); deciding O(path + log n) and, for globs, some ns each if their rarest
//       piece is not in the path; at worst O(bytes of the rules x path).
// Test: tests/conformance/robots/patterns_test.cc, tests/unit/robots/rules_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "robots/path_text.h"
#include "robots/pattern.h"

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
        uint32_t plain;  // where it is without data marks; the same place if it has none
        GramPair grams;
    };
    struct Glob {
        GramPair grams;      // of its rarest piece
        uint32_t bytes_min;  // of a path that matches
        uint32_t rank;
        uint32_t
            pieces_begin;  // in piece_numbers_: the literal beginning if there is one, the rest
        uint32_t pieces_end;
        bool has_beginning;
        bool anchored;
    };
    class Builder;

    std::string_view view(Text text) const {
        return std::string_view(texts_).substr(text.begin, text.bytes);
    }
    Piece piece(uint32_t number) const;
    uint32_t strongest_literal(std::string_view path) const;
    uint32_t strongest_exact(std::string_view path) const;
    bool may_match(const Glob& glob, PathText& path) const;
    bool matches(const Glob& glob, PathText& path) const;

    std::string texts_;
    std::vector<Entry> entries_;  // by rank
    std::vector<Literal> literals_;
    std::vector<Literal> exacts_;
    std::vector<Glob> globs_;
    std::vector<uint32_t> piece_numbers_;
    std::vector<StoredPiece> pieces_;
};

}  // namespace crawld
