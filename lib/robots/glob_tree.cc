#include "robots/glob_tree.h"

#include <span>
#include <utility>

namespace crawld {

namespace {

uint64_t key_of(const PieceUse& use) {
    return uint64_t{use.family.number} << 32 | use.bytes;
}

}  // namespace

class GlobTree::Builder {
  public:
    Builder(GlobTree& tree, std::vector<Glob> globs, const std::vector<PieceUse>& uses)
        : tree_(tree), globs_(std::move(globs)), uses_(uses) {}

    void build() {
        if (globs_.empty()) return;
        std::sort(globs_.begin(), globs_.end(), [this](const Glob& a, const Glob& b) {
            const auto use_of = [this](uint32_t at) { return key_of(uses_[at]); };
            for (uint32_t i = 0; i < std::min(a.end - a.begin, b.end - b.begin); ++i)
                if (const uint64_t x = use_of(a.begin + i), y = use_of(b.begin + i); x != y)
                    return x < y;
            return a.end - a.begin < b.end - b.begin;
        });
        runs_.push_back(run_of(0, static_cast<uint32_t>(globs_.size()), 0));
        for (size_t node = 0; node < runs_.size(); ++node)
            add(runs_[node]);
        tree_.nodes_.push_back({.uses = static_cast<uint32_t>(tree_.uses_.size()),
                                .rarest = 0,
                                .children = static_cast<uint32_t>(runs_.size()),
                                .rank = kNone,
                                .rank_best = kNone});
        tree_.nodes_.shrink_to_fit();
        tree_.uses_.shrink_to_fit();
    }

  private:
    // The globs of a node, which share what leads to it.
    struct Run {
        uint32_t begin;
        uint32_t end;
        uint32_t depth;  // pieces of them that the nodes above have
        uint32_t rank_best;
    };

    Run run_of(uint32_t begin, uint32_t end, uint32_t depth) const {
        Run run{.begin = begin, .end = end, .depth = depth, .rank_best = kNone};
        for (const Glob& glob : std::span(globs_).subspan(begin, end - begin))
            run.rank_best = std::min(run.rank_best, glob.rank);
        return run;
    }

    // What the first and the last one share all do. The first is the shortest of those that begin
    // like it.
    void add(Run run) {
        const Glob& first = globs_[run.begin];
        const Glob& last = globs_[run.end - 1];
        Node node{.uses = static_cast<uint32_t>(tree_.uses_.size()),
                  .rarest = 0,
                  .children = static_cast<uint32_t>(runs_.size()),
                  .rank = kNone,
                  .rank_best = run.rank_best};
        while (!is_at_end(first, run.depth) && !is_at_end(last, run.depth) &&
               key(first, run.depth) == key(last, run.depth))
            tree_.uses_.push_back(uses_[first.begin + run.depth++]);
        if (tree_.uses_.size() > node.uses + kFewUses) node.rarest = longest(node.uses);
        for (; run.begin < run.end && is_at_end(globs_[run.begin], run.depth); ++run.begin)
            node.rank = std::min(node.rank, globs_[run.begin].rank);
        tree_.nodes_.push_back(node);
        add_children(run);
    }

    // The longest piece is the best guess at the rarest; of equal ones the last, because files made
    // to be slow begin all their rules alike.
    uint32_t longest(uint32_t begin) const {
        uint32_t found = begin;
        for (uint32_t use = begin; use < tree_.uses_.size(); ++use)
            if (tree_.uses_[use].bytes >= tree_.uses_[found].bytes) found = use;
        return found;
    }

    void add_children(const Run& run) {
        const size_t children = runs_.size();
        for (uint32_t at = run.begin; at < run.end;) {
            const uint32_t begin = at;
            while (at < run.end && key(globs_[at], run.depth) == key(globs_[begin], run.depth))
                ++at;
            runs_.push_back(run_of(begin, at, run.depth));
        }
        std::sort(runs_.begin() + static_cast<std::ptrdiff_t>(children), runs_.end(),
                  [](const Run& a, const Run& b) { return a.rank_best < b.rank_best; });
    }

    static bool is_at_end(const Glob& glob, uint32_t depth) {
        return glob.begin + depth == glob.end;
    }
    uint64_t key(const Glob& glob, uint32_t depth) const {
        return key_of(uses_[glob.begin + depth]);
    }

    GlobTree& tree_;
    std::vector<Glob> globs_;
    const std::vector<PieceUse>& uses_;
    std::vector<Run> runs_;  // of each node
};

GlobTree::GlobTree(std::vector<Glob> globs, const std::vector<PieceUse>& uses) {
    Builder(*this, std::move(globs), uses).build();
}

size_t GlobTree::bytes() const {
    return nodes_.capacity() * sizeof(Node) + uses_.capacity() * sizeof(PieceUse);
}

}  // namespace crawld
