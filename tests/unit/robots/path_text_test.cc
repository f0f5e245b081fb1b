#include "robots/path_text.h"

#include <doctest/doctest.h>

#include <deque>
#include <string>

#include "base/prng.h"
#include "robots/pattern.h"

using namespace crawld;

namespace {

// Owns what a Piece only points to.
struct OwnedPiece {
    explicit OwnedPiece(const std::string& pattern) : text(normalise_path(pattern)), plain(text) {
        for (char& c : plain)
            c = without_data_mark(c);
    }
    Piece piece() const { return {.text = text, .plain = plain, .grams = grams_of(plain)}; }

    std::string text;
    std::string plain;
};

size_t find(std::string_view path, const std::string& piece, size_t from) {
    const OwnedPiece owned(piece);
    return PathText(path, 1).find(owned.piece(), 0, from);
}

}  // namespace

TEST_CASE("in the path a separator is not its escape, in the query it is") {
    CHECK_EQ(find("/a%2Fb/c", "/", 1), 4);
    CHECK_EQ(find("/a%2Fb/c", "%2F", 0), 2);
    CHECK_EQ(find("/ab/c", "%2F", 0), PathText::kNotFound);
    CHECK_EQ(find("/a?x/y", "%2F", 0), 4);
    CHECK_EQ(find("/a?x%2Fy", "x/y", 0), 3);
    CHECK_EQ(find("/a%3Fb", "?", 0), PathText::kNotFound);
    CHECK_EQ(find("/a?b", "%3F", 0), PathText::kNotFound);
    CHECK_EQ(find("/a?b?c", "%3F", 0), 4);
}

TEST_CASE("has_at stays within the text") {
    const OwnedPiece piece("ab");
    const PathText path("/ab", 1);
    CHECK(path.has_at(1, piece.piece()));
    CHECK_FALSE(path.has_at(2, piece.piece()));
    CHECK_FALSE(path.has_at(4, piece.piece()));
}

TEST_CASE("answers do not depend on what was asked before, nor on how many pieces there are") {
    Prng prng(5);
    for (int round = 0; round < 300; ++round) {
        std::string path = "/";
        for (uint64_t n = prng.below(60); n > 0; --n)
            path += "ab/"[prng.below(3)];
        std::deque<OwnedPiece> pieces;
        const size_t count = round % 2 == 0 ? 5 : 100;
        while (pieces.size() < count) {
            std::string text(1, "ab/"[prng.below(3)]);
            for (uint64_t n = prng.below(4); n > 0; --n)
                text += "ab/"[prng.below(3)];
            pieces.emplace_back(text);
        }
        PathText text(path, count);
        for (int i = 0; i < 400; ++i) {
            const auto number = static_cast<uint32_t>(prng.below(count));
            const size_t from = prng.below(path.size() + 3);
            REQUIRE_EQ(text.find(pieces[number].piece(), number, from),
                       path.find(pieces[number].text, from));
        }
    }
}
