// PieceIndex::Builder: the automaton of an index, level by level from the sorted pieces.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "robots/piece_index.h"

namespace crawld {

class PieceIndex::Builder {
  public:
    Builder(PieceIndex& index, const std::vector<std::string>& pieces)
        : index_(index), texts_(pieces) {}

    // In the order of the pieces.
    std::vector<Family> build();

  private:
    // A run of sorted_: the pieces that begin with a node's text.
    struct Run {
        uint32_t begin;
        uint32_t end;
    };

    void sort();
    void grow();
    void add_children(Node node, size_t depth);
    void link();
    std::vector<Family> number();

    PieceIndex& index_;
    const std::vector<std::string>& texts_;  // a piece is its place in here until it has a number
    std::vector<uint32_t> sorted_;
    std::vector<Run> runs_;            // of each node
    std::vector<uint32_t> by_length_;  // all pieces, shorter ones before longer ones
    std::vector<uint32_t>
        shorter_of_;  // of each piece the longest other one that it ends in, or kNone
};

}  // namespace crawld
