// GlobTree: patterns with '*' by their pieces, those that begin with the same ones together.
//
// Each '*' is matched leftmost: that leaves most for the pieces behind it, so nothing is ever tried
// twice. A node stands for the patterns that begin with the pieces on the way to it, and has those
// that all of them go on with. So what patterns share is matched once, and where the pieces of a
// node are not found, none of the patterns below it matches.
//
// Owns: its arrays.
// Cost: building O(n log n). strongest(): each piece up to the first that is not found, once for
//       all patterns that begin alike up to it. 10,000 hostile patterns share little, so what a
//       piece costs is counted in nanoseconds: their arrays are read in order, and what is likely
//       is decided with few branches.
// Test: tests/unit/robots/glob_tree_test.cc, tests/conformance/robots/patterns_test.cc
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "robots/piece_places.h"

namespace crawld {

class GlobTree {
  public:
    static constexpr uint32_t kNone = UINT32_MAX;

    // A run of the uses of all patterns.
    struct Glob {
        uint32_t begin;
        uint32_t end;
        uint32_t rank;
    };

    GlobTree() = default;
    // Families' numbers tell pieces apart. Of globs that are the same the lowest rank counts.
    GlobTree(std::vector<Glob> globs, const std::vector<PieceUse>& uses);

    // The lowest rank of a pattern that matches and that is below `none`, or `none`.
    // `places`: has find_end() and may_contain() as PiecePlaces has.
    template <typename Places>
    uint32_t strongest(Places& places, uint32_t none) const;

    bool empty() const { return nodes_.empty(); }
    size_t bytes() const;  // memory held

  private:
    // Level by level, the children of a node next to each other, the strongest first. Where a
    // node's uses and children end those of the next one begin.
    struct Node {
        uint32_t uses;
        uint32_t rarest;  // of these, if they are more than kFewUses, else 0
        uint32_t children;
        uint32_t rank;       // of the pattern that ends here, or kNone
        uint32_t rank_best;  // of all below, this included
    };
    // Children of a node whose last piece ended at `at`.
    struct Siblings {
        uint32_t begin;
        uint32_t end;
        uint32_t at;
    };
    class Builder;

    // With more it is worth a look whether the node can be found at all.
    static constexpr size_t kFewUses = 3;

    template <typename Places>
    bool may_fit(Places& places, const Node& node, uint32_t at) const;

    std::vector<Node> nodes_;  // and one behind the last
    std::vector<PieceUse> uses_;
};

template <typename Places>
uint32_t GlobTree::strongest(Places& places, uint32_t none) const {
    if (nodes_.empty() || nodes_[0].rank_best >= none) return none;
    uint32_t best = none;
    const Node* const nodes = nodes_.data();
    const PieceUse* const uses = uses_.data();
    std::vector<Siblings> open{{.begin = 0, .end = 1, .at = 0}};
    while (!open.empty()) {
        const auto [begin, end, from] = open.back();
        open.pop_back();
        const auto weaker = static_cast<std::ptrdiff_t>(open.size());
        for (const Node* next = nodes + begin; next != nodes + end; ++next) {
            const Node& node = next[0];
            const Node& behind = next[1];
            if (node.rank_best >= best) break;
            if (node.rarest != 0 && !may_fit(places, node, from)) continue;
            uint32_t at = from;
            for (uint32_t use = node.uses; use != behind.uses && at != kNone; ++use)
                at = places.find_end(uses[use], at);
            if (at == kNone) continue;
            best = std::min(best, node.rank);
            if (node.children < behind.children)
                open.push_back({.begin = node.children, .end = behind.children, .at = at});
        }
        std::reverse(open.begin() + weaker, open.end());
    }
    return best;
}

// By the rarest piece and the last two of a node that has many.
template <typename Places>
bool GlobTree::may_fit(Places& places, const Node& node, uint32_t at) const {
    if (!places.may_contain(uses_[node.rarest])) return false;
    const PieceUse* const end = uses_.data() + (&node)[1].uses;
    const uint32_t last_begins = places.find_end(end[-2], at);
    return last_begins != kNone && places.find_end(end[-1], last_begins) != kNone;
}

}  // namespace crawld
