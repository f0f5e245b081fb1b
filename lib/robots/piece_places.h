// PiecePlaces: where the pieces of an index are in one path.
//
// Lives for one decision.
// Cost: O(path + pieces in it) to make, with 8 bytes of memory for every other piece. find_end() is
//       mostly known from the first or the last place; else O(log path), but for a piece that
//       kListsMax longer ones in the path end in: O(path).
// Test: tests/unit/robots/piece_index_test.cc
#pragma once

#include <cstdint>
#include <vector>

#include "robots/path_text.h"
#include "robots/piece_index.h"

namespace crawld {

// A piece within a pattern.
struct PieceUse {
    uint32_t number;
    uint32_t bytes;
};

// A piece that the query spells otherwise (path_text.h), and the number of that spelling.
struct QuerySpelling {
    PieceUse piece;
    uint32_t in_query;
};

class PiecePlaces {
  public:
    static constexpr size_t kNotFound = PathText::kNotFound;

    // `spellings`: by the piece's number.
    PiecePlaces(const PathText& path, const PieceIndex& index,
                const std::vector<QuerySpelling>& spellings);

    bool contains(uint32_t number) const { return present_[number / 64] >> number % 64 & 1; }
    // The piece ends nowhere before; it ends here itself if that is where it begins the path.
    uint32_t first_end(uint32_t number) const { return spans_[number].first_end; }
    // The last place where the piece ends; 0 if it is not in the path.
    uint32_t last_end(uint32_t number) const { return spans_[number].last_end; }

    // Where the piece ends that is the first to begin at or behind `from`.
    size_t find_end(PieceUse piece, size_t from);

  private:
    static constexpr int kListsMax = 32;
    struct Span {
        uint32_t first_end;
        uint32_t last_end;
    };
    // A run of grouped_.
    struct List {
        uint32_t begin;
        uint32_t end;
    };
    void add(uint32_t number, Span span);
    void fill();
    void add_spelling(const QuerySpelling& spelling);
    size_t search(PieceUse piece, size_t from);
    size_t first_in(List list, size_t earliest) const;
    size_t scan(PieceUse piece, size_t from) const;
    void group();

    const PieceIndex& index_;
    const std::vector<QuerySpelling>& spellings_;
    const size_t query_;
    const std::vector<uint32_t> ends_;  // as PieceIndex::longest_ends()
    std::vector<uint64_t> present_;     // a bit a piece
    std::vector<Span> spans_;           // zeros for those that are not present
    // From the first search on: the ends of each piece that is the longest somewhere, in order.
    std::vector<uint32_t> grouped_;
    std::vector<List> lists_;        // by the first of these ends
    std::vector<uint64_t> longest_;  // a bit a piece: it has a list
    std::vector<uint32_t> list_of_;  // if it has one: its first end
};

}  // namespace crawld
