// PiecePlaces: where the pieces of an index are in one path.
//
// A piece ends wherever one of its family is the longest that ends there (piece_index.h). All ends
// lie in one array, by the number of that longest piece, so those of a family are a run of it, and
// two looks into a table tell where. Of runs most are one end; the short ones are compared whole,
// in one register; for the long ones that are searched often a map is made.
//
// Lives for one decision.
// Bound:  kPathBytesMax.
// Cost:   O(path + pieces of the index / 4) to make, with 2 bytes of memory for each piece. A
//         find_end() O(1), but for a piece with more than kFewEnds ends: O(path) in all for each
//         such piece, then O(1).
// Test:   tests/unit/robots/piece_index_test.cc
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "robots/path_text.h"
#include "robots/piece_index.h"

namespace crawld {

// A piece within a pattern.
struct PieceUse {
    static constexpr uint32_t kSpecial = uint32_t{1} << 31;

    PieceIndex::Family family;  // of a special one it may be a larger one
    uint32_t bytes;             // or kSpecial and the number of a SpecialPiece

    bool is_special() const { return bytes >= kSpecial; }
};

// A piece that has to be somewhere, or that the query spells otherwise (path_text.h).
struct SpecialPiece {
    PieceIndex::Family plain;
    PieceIndex::Family in_query;  // empty if it is the same there
    uint32_t bytes;
    bool begins_path;
    bool ends_path;
};

class PiecePlaces {
  public:
    static constexpr uint32_t kNotFound = UINT32_MAX;
    static constexpr size_t kPathBytesMax = 0x7FFE;

    // Precondition: the path has no more than kPathBytesMax.
    PiecePlaces(const PathText& path, const PieceIndex& index,
                const std::vector<SpecialPiece>& specials);

    // Where the piece ends that is the first to begin at or behind `from`.
    uint32_t find_end(const PieceUse& use, uint32_t from) {
        const uint32_t earliest = from + use.bytes;  // of a special one: behind every path
        const Run run = run_of(use.family);
        if (run.count == 0) return kNotFound;
        const auto end = static_cast<uint32_t>(ends_[run.begin]);
        if (run.count == 1 && end >= earliest) return end;
        if (use.is_special()) return find_special(specials_[use.bytes - PieceUse::kSpecial], from);
        return run.count == 1 ? kNotFound : first_end(use.family, run, earliest);
    }
    // False: the piece is nowhere.
    bool may_contain(const PieceUse& use) const { return run_of(use.family).count != 0; }

  private:
    using Place = int16_t;
    using Places = Place __attribute__((vector_size(16)));
    static constexpr Place kNoPlace = INT16_MAX;
    static constexpr uint32_t kFewEnds = 8;    // as many as a register has
    static constexpr uint32_t kManyEnds = 64;  // the next one is likely near
    static constexpr uint32_t kMapWork = 128;  // of places looked at, beside one for each end

    // A family's ends within ends_.
    struct Run {
        uint32_t begin;
        uint32_t count;
    };
    // Of a map of ends.
    struct Block {
        uint64_t ends;  // a bit for each of 64 places
        uint32_t next;  // the first end behind them, or kNotFound
    };

    static uint32_t first_of_few(const Place* ends, uint32_t count, uint32_t earliest);
    Run run_of(const PieceIndex::Family& family) const {
        const uint32_t begin = begins_[family.number];
        return {.begin = begin, .count = begins_[family.end] - begin};
    }
    // The first of a family's ends that is not before `earliest`.
    uint32_t first_end(const PieceIndex::Family& family, Run run, uint32_t earliest) {
        if (run.count <= kFewEnds)
            return first_of_few(ends_.data() + run.begin, run.count, earliest);
        if (earliest > path_bytes_) return kNotFound;
        const uint32_t map = map_of_.empty() ? 0 : map_of_[family.number];
        return map == 0 ? search(family, run, earliest) : look_up(map, earliest);
    }
    // Without a branch: whether one of the block's ends is behind is as good as random.
    uint32_t look_up(uint32_t map, uint32_t earliest) const {
        const Block& block = maps_[map + earliest / 64];
        const uint64_t ends = block.ends & (~uint64_t{0} << earliest % 64);
        const auto bit = static_cast<uint32_t>(std::countr_zero(ends | uint64_t{1} << 63));
        const uint32_t found = uint32_t{ends == 0} - 1;  // all bits or none
        return ((earliest - earliest % 64 + bit) & found) | (block.next & ~found);
    }
    uint32_t find_special(const SpecialPiece& piece, uint32_t from);
    uint32_t search(PieceIndex::Family family, Run run, uint32_t earliest);
    uint32_t search_path(PieceIndex::Family family, uint32_t earliest) const;
    uint32_t search_run(Run run, uint32_t earliest) const;
    void make_map(uint32_t number, Run run);

    const std::vector<SpecialPiece>& specials_;
    const uint32_t query_;
    const uint32_t path_bytes_;
    const std::vector<uint32_t> longest_;  // as PieceIndex::longest_ends()
    std::vector<uint16_t> begins_;         // of the runs, by number, and the last one's end
    std::vector<Place> ends_;              // by the number of the longest piece that ends there
    // By number, from the first search on.
    std::vector<uint32_t> work_;    // places that were looked at
    std::vector<uint32_t> map_of_;  // where it begins in maps_; 0: it has none
    std::vector<Block> maps_;
};

// Without a branch, whatever the ends are.
inline uint32_t PiecePlaces::first_of_few(const Place* ends, uint32_t count, uint32_t earliest) {
    const auto lesser = [](Places a, Places b) { return a < b ? a : b; };
    constexpr Places kIndex = {0, 1, 2, 3, 4, 5, 6, 7};
    Places places;
    std::memcpy(&places, ends, sizeof places);
    const auto least = static_cast<Place>(std::min<uint32_t>(earliest, kNoPlace));
    const auto fits = (kIndex < static_cast<Place>(count)) & (places >= least);
    places = fits ? places : Places{} + kNoPlace;
    places = lesser(places, __builtin_shufflevector(places, places, 4, 5, 6, 7, 0, 1, 2, 3));
    places = lesser(places, __builtin_shufflevector(places, places, 2, 3, 0, 1, 4, 5, 6, 7));
    places = lesser(places, __builtin_shufflevector(places, places, 1, 0, 2, 3, 4, 5, 6, 7));
    return places[0] == kNoPlace ? kNotFound : static_cast<uint32_t>(places[0]);
}

}  // namespace crawld
