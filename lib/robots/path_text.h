// PathText: one URL's path and query, prepared for being searched for the pieces of many patterns.
//
// Pieces have numbers (RuleTable gives them), and what was found of a piece is remembered: where it
// is, and from where on it is not. Both answer most later questions about it without a search.
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
    GramPair grams{};
};

class PathText {
  public:
    static constexpr size_t kNotFound = std::string_view::npos;

    // `pieces`: how many there are. With many it pays to sift them by their grams first.
    PathText(std::string_view path_and_query, size_t pieces);

    const std::string& text() const { return text_; }
    size_t size() const { return text_.size(); }

    // False: a piece with these grams is surely not in the text.
    bool may_contain(GramPair grams) const { return !grams_ || grams_->may_contain(grams); }
    bool has_at(size_t at, const Piece& piece) const;
    // Where the piece begins first at or behind `from`.
    size_t find(const Piece& piece, uint32_t number, size_t from);

  private:
    static constexpr uint32_t kNowhere = UINT32_MAX;
    struct Memo {
        uint32_t from = kNowhere;         // the piece begins at `found` ...
        uint32_t found = 0;               // ... and nowhere from `from` to there
        uint32_t absent_from = kNowhere;  // nor anywhere from here on
    };
    size_t search(const Piece& piece, size_t from) const;

    std::string text_;
    std::string plain_;
    size_t query_ = 0;  // where the query begins: from here a data mark makes no difference
    size_t pieces_;
    std::vector<Memo> memos_;  // from the first search on
    std::optional<Grams> grams_;
};

}  // namespace crawld
