// PieceIndex: the pieces of a table's patterns, arranged so that one look at a path finds them all.
//
// A hostile file has ten thousand different pieces that all are in the path, so a search for one
// after the other is too slow, however fast each is. The automaton of Aho and Corasick reads the
// path once and tells for each byte the longest piece that ends with it; whatever else ends there
// is an end of that one. Pieces are numbered so that those which end in a piece follow it directly:
// that one number tells of all of them, and a piece ends wherever a number of its family is told.
//
// Owns:   its arrays; the texts given may go.
// Cost:   building and reading linear; some 13 bytes of memory for each byte of the pieces that
//         others do not begin with too.
// Source: Aho, Corasick: Efficient string matching (1975).
// Test:   tests/unit/robots/piece_index_test.cc
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crawld {

class PieceIndex {
  public:
    static constexpr uint32_t kNone = UINT32_MAX;

    // The pieces that end in one: from itself to right before `end`.
    struct Family {
        uint32_t number;
        uint32_t end;
    };

    // `pieces`: all different, none empty. `families`: becomes the family of each.
    PieceIndex(const std::vector<std::string>& pieces, std::vector<Family>& families);

    size_t size() const { return size_; }

    // For each byte of the text the longest piece that ends with it, or kNone.
    std::vector<uint32_t> longest_ends(std::string_view text) const;

    size_t bytes() const;  // memory held

  private:
    // A text that pieces begin with. By depth, those of one parent next to each other.
    using Node = uint32_t;
    static constexpr Node kRoot = 0;
    class Builder;

    Node child(Node node, unsigned char label) const;
    Node next(Node node, unsigned char label) const;

    std::array<Node, 256> from_root_{};
    std::vector<unsigned char> labels_;  // the last byte of each node's text
    std::vector<Node> children_;         // where they begin, which is where the last node's end
    std::vector<Node> fallback_;         // the longest other node that the node's text ends in
    std::vector<uint32_t> longest_;      // the longest piece that the node's text ends in
    size_t size_;
};

}  // namespace crawld
