// PathText: one URL's path and query, prepared for being searched for the pieces of many patterns.
//
// Pieces have numbers (RuleTable gives them), and what was found of a piece is remembered: that it
// is not in the text at or behind some place answers every later question from there on.
//
// Lives for one decision.
// Cost: a search is linear in the text, and is done only where nothing remembered answers it.
// Test: tests/unit/robots/path_text_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "robots/grams.h"

namespace crawld {

// A piece of a pattern: its text in the form of pattern.h, and the same without data marks.
struct Piece {
    std::string_view text;
    std::string_view plain;
    GramPair grams;
};

class PathText {
  public:
    static constexpr size_t kNotFound = std::string_view::npos;

    // `pieces`: how many there are. With many it pays to sift them by their grams first.
    PathText(std::string_view path_and_query, size_t pieces);

    const std::string& text() const { return text_; }
    size_t size() const { return text_.size(); }

    bool has_at(size_t at, const Piece& piece) const;
    // Where the piece begins first at or behind `from`.
    size_t find(const Piece& piece, uint32_t number, size_t from);

  private:
    // The piece begins at `found` and nowhere from `from` to there.
    struct Memo {
        uint32_t from;
        uint32_t found;
    };
    size_t search(const Piece& piece, size_t from) const;

    std::string text_;
    std::string plain_;
    size_t query_ = 0;  // where the query begins: from here a data mark makes no difference
    std::vector<Memo> memos_;
    std::optional<Grams> grams_;
};

}  // namespace crawld
