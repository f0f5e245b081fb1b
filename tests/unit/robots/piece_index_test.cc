// Index and places against searches for one piece after the other.
#include "robots/piece_index.h"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/prng.h"
#include "robots/pattern.h"
#include "robots/piece_places.h"

using namespace crawld;

namespace {

std::string random_word(Prng& prng, std::string_view symbols, uint64_t bytes) {
    std::string word;
    for (; bytes > 0; --bytes)
        word += symbols[prng.below(symbols.size())];
    return word;
}

// Pieces with all that PiecePlaces needs to look for them.
struct Indexed {
    explicit Indexed(const std::set<std::string>& patterns) {
        std::set<std::string> all;
        for (const std::string& pattern : patterns) {
            texts.push_back(normalise_path(pattern));
            all.insert(texts.back());
            all.insert(spelt_in_query(texts.back()));
        }
        const std::vector<std::string> pieces(all.begin(), all.end());
        std::vector<uint32_t> numbers;
        index = std::make_unique<PieceIndex>(pieces, numbers);
        const auto number_of = [&](const std::string& text) {
            return numbers[static_cast<size_t>(std::distance(all.begin(), all.find(text)))];
        };
        std::map<uint32_t, QuerySpelling> by_number;
        for (const std::string& text : texts) {
            uses.push_back(
                {.number = number_of(text), .bytes = static_cast<uint32_t>(text.size())});
            if (spelt_in_query(text) != text)
                by_number[uses.back().number] = {uses.back(), number_of(spelt_in_query(text))};
        }
        for (const auto& [number, spelling] : by_number)
            spellings.push_back(spelling);
    }
    std::vector<std::string> texts;
    std::vector<PieceUse> uses;  // of each text
    std::unique_ptr<PieceIndex> index;
    std::vector<QuerySpelling> spellings;
};

void compare(const Indexed& indexed, const std::string& url_path) {
    const PathText path(url_path);
    PiecePlaces places(path, *indexed.index, indexed.spellings);
    for (size_t i = 0; i < indexed.texts.size(); ++i) {
        const PieceUse use = indexed.uses[i];
        const std::string in_query = spelt_in_query(indexed.texts[i]);
        const Piece piece{.text = indexed.texts[i], .in_query = in_query};
        CAPTURE(url_path);
        CAPTURE(piece.text);
        size_t last = PathText::kNotFound;
        for (size_t from = 0; from <= path.size() + 1; ++from) {
            const size_t found = path.find(piece, from);
            REQUIRE_EQ(places.find_end(use, from),
                       found == PathText::kNotFound ? found : found + use.bytes);
            if (found != PathText::kNotFound) last = found;
        }
        REQUIRE_EQ(last == PathText::kNotFound, places.last_end(use.number) == 0);
        if (last == PathText::kNotFound) continue;
        REQUIRE(places.contains(use.number));
        REQUIRE_LE(places.first_end(use.number), path.find(piece, 0) + use.bytes);
        REQUIRE_EQ(places.last_end(use.number), last + use.bytes);
        REQUIRE_EQ(places.first_end(use.number) == use.bytes, path.has_at(0, piece));
    }
}

}  // namespace

TEST_CASE("every piece is found where a search finds it") {
    Prng prng(5);
    for (int round = 0; round < 300; ++round) {
        const std::string_view symbols = round % 3 == 0 ? "ab" : "abc/?*$";
        std::set<std::string> patterns;
        for (uint64_t n = 1 + prng.below(100); n > 0; --n)
            patterns.insert(random_word(prng, symbols, 1 + prng.below(round % 2 == 0 ? 4 : 20)));
        for (uint64_t n = prng.below(10); n > 0; --n)
            patterns.insert(random_word(prng, "a/", 1) + "%2F" + random_word(prng, "a/?", 1));
        const Indexed indexed(patterns);
        for (int i = 0; i < 10; ++i) {
            std::string path = "/";
            for (uint64_t n = prng.below(40); n > 0; --n)
                path += prng.below(8) == 0 ? "%2f"
                                           : std::string(1, symbols[prng.below(symbols.size())]);
            compare(indexed, path);
        }
    }
}

TEST_CASE("the longest piece that ends somewhere stands for all that end there") {
    const std::vector<std::string> pieces = {"a", "ba", "cba", "da", "b"};
    std::vector<uint32_t> numbers;
    const PieceIndex index(pieces, numbers);
    REQUIRE_EQ(index.size(), pieces.size());
    CHECK_EQ(index.longest_ends("xcba"),
             std::vector{PieceIndex::kNone, PieceIndex::kNone, numbers[4], numbers[2]});
    CHECK_EQ(index.shorter(numbers[2]), numbers[1]);
    CHECK_EQ(index.shorter(numbers[1]), numbers[0]);
    CHECK_EQ(index.shorter(numbers[0]), PieceIndex::kNone);
    CHECK_EQ(index.family_end(numbers[0]) - numbers[0], 4);
    CHECK_EQ(index.family_end(numbers[4]) - numbers[4], 1);
}
