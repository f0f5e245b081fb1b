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
    static constexpr uint32_t kSearchesMax = 128;
    struct Span {
        uint32_t first_end;
        uint32_t last_end;
    };
    // The ends next to the first and to the last one; of a piece that is there twice these two.
    struct Inner {
        uint32_t second_end;
        uint32_t end_before_last;
    };
    struct Searches {
        uint32_t count;  // so far
        uint32_t map;    // behind the place in maps_ where its own begins; 0: it has none
    };
    // A run of grouped_.
    struct List {
        uint32_t begin;
        uint32_t end;
    };
    void add(uint32_t number, Span span);
    void fill();
    void add_spelling(const QuerySpelling& spelling);
    void fill_inner();
    size_t find_inner(PieceUse piece, size_t from);
    size_t search_often(PieceUse piece, size_t from);
    void make_map(uint32_t number);
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
    std::vector<Inner> inner_;          // by number; from the first look between first and last on
    std::vector<Searches> searches_;    // by number; from the first search on
    std::vector<uint64_t> maps_;  // a bit for each end of a piece, of those often searched for
    // From the first search on: the ends of each piece that is the longest somewhere, in order.
    std::vector<uint32_t> grouped_;
    std::vector<List> lists_;        // by the first of these ends
    std::vector<uint64_t> longest_;  // a bit a piece: it has a list
    std::vector<uint32_t> list_of_;  // if it has one: its first end
};

}  // namespace crawld
