// PathText: one URL's path and query in the form of pattern.h, and where pieces of patterns are.
//
// Lives for one decision.
// Cost: a search is linear in the text.
// Test: tests/unit/robots/path_text_test.cc
#pragma once

#include <string>
#include <string_view>

namespace crawld {

// A piece of a pattern. In the path the spelling counts; in the query a '/' or '?' that was written
// with or without a data mark is the same, which a pattern cannot know of a piece behind a '*'.
struct Piece {
    std::string_view text;
    std::string_view in_query;  // as the query has it; the same text if nothing differs
};

// How the query has a piece.
std::string spelt_in_query(std::string_view piece);

class PathText {
  public:
    static constexpr size_t kNotFound = std::string_view::npos;

    explicit PathText(std::string_view path_and_query);

    const std::string& text() const { return text_; }
    size_t size() const { return text_.size(); }
    size_t query() const { return query_; }  // where it begins; size() if there is none

    bool has_at(size_t at, const Piece& piece) const;
    // Where the piece begins first at or behind `from`.
    size_t find(const Piece& piece, size_t from) const;

  private:
    std::string text_;
    size_t query_;
};

}  // namespace crawld
