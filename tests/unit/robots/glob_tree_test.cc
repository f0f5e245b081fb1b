// The tree against one glob after the other. Paths and globs are of letters, each a piece.
#include "robots/glob_tree.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/prng.h"

using namespace crawld;

namespace {

class Letters {
  public:
    explicit Letters(std::string path) : path_(std::move(path)) {}

    uint32_t find_end(const PieceUse& use, uint32_t from) const {
        const size_t found = path_.find(letter(use), from);
        return found == path_.npos ? PiecePlaces::kNotFound : static_cast<uint32_t>(found) + 1;
    }
    bool may_contain(const PieceUse& use) const { return path_.find(letter(use)) != path_.npos; }

  private:
    static char letter(const PieceUse& use) { return static_cast<char>(use.family.number); }

    std::string path_;
};

bool matches(std::string_view glob, std::string_view path) {
    for (const char letter : glob) {
        const size_t found = path.find(letter);
        if (found == path.npos) return false;
        path.remove_prefix(found + 1);
    }
    return true;
}

std::string random_word(Prng& prng, uint64_t letters, uint64_t size) {
    std::string word;
    while (word.size() < size)
        word += static_cast<char>('a' + prng.below(letters));
    return word;
}

GlobTree tree_of(const std::vector<std::string>& words) {
    std::vector<GlobTree::Glob> globs;
    std::vector<PieceUse> uses;
    for (const std::string& word : words) {
        const auto begin = static_cast<uint32_t>(uses.size());
        for (const char letter : word) {
            const auto number = static_cast<uint32_t>(letter);
            uses.push_back({.family = {.number = number, .end = number + 1}, .bytes = 1});
        }
        globs.push_back({.begin = begin,
                         .end = static_cast<uint32_t>(uses.size()),
                         .rank = static_cast<uint32_t>(globs.size())});
    }
    return GlobTree(std::move(globs), uses);
}

}  // namespace

TEST_CASE("the strongest glob that matches is found, and none weaker than asked for") {
    Prng prng(3);
    for (int round = 0; round < 3'000; ++round) {
        const uint64_t letters = 1 + prng.below(6);
        std::vector<std::string> words;
        for (uint64_t n = prng.below(round % 2 == 0 ? 8 : 60); n > 0; --n)
            words.push_back(random_word(prng, letters, prng.below(9)));
        const GlobTree tree = tree_of(words);
        CHECK_EQ(tree.empty(), words.empty());
        const std::string path = random_word(prng, letters, prng.below(20));
        uint32_t strongest = 0;
        while (strongest < words.size() && !matches(words[strongest], path))
            ++strongest;
        if (strongest == words.size()) strongest = GlobTree::kNone;
        Letters places(path);
        CAPTURE(path);
        REQUIRE_EQ(tree.strongest(places, GlobTree::kNone), strongest);
        const auto none = static_cast<uint32_t>(prng.below(words.size() + 1));
        REQUIRE_EQ(tree.strongest(places, none), std::min(strongest, none));
    }
}
