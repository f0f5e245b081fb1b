// Index and places against searches for one piece after the other.
#include "robots/piece_index.h"

#include <doctest/doctest.h>

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
        std::vector<PieceIndex::Family> families;
        index = std::make_unique<PieceIndex>(pieces, families);
        const auto family_of = [&](const std::string& text) {
            return families[static_cast<size_t>(std::distance(all.begin(), all.find(text)))];
        };
        for (const std::string& text : texts) {
            const std::string in_query = spelt_in_query(text);
            const SpecialPiece piece{
                .plain = family_of(text),
                .in_query = in_query == text ? PieceIndex::Family{} : family_of(in_query),
                .bytes = static_cast<uint32_t>(text.size()),
                .begins_path = false,
                .ends_path = false};
            specials.push_back(piece);
            specials.push_back(piece);
            specials.back().begins_path = true;
            specials.push_back(piece);
            specials.back().ends_path = true;
            if (in_query == text)
                uses.push_back({.family = piece.plain, .bytes = piece.bytes});
            else
                uses.push_back(special_use(specials.size() - 3));
        }
    }
    PieceUse special_use(size_t special) const {
        return {.family = {.number = 0, .end = static_cast<uint32_t>(index->size())},
                .bytes = PieceUse::kSpecial | static_cast<uint32_t>(special)};
    }
    std::vector<std::string> texts;
    std::vector<PieceUse> uses;  // of each text
    std::unique_ptr<PieceIndex> index;
    std::vector<SpecialPiece> specials;  // three for each text: anywhere, at the begin, at the end
};

void compare(const Indexed& indexed, const std::string& url_path) {
    const PathText path(url_path);
    PiecePlaces places(path, *indexed.index, indexed.specials);
    for (size_t i = 0; i < indexed.texts.size(); ++i) {
        const PieceUse use = indexed.uses[i];
        const std::string in_query = spelt_in_query(indexed.texts[i]);
        const Piece piece{.text = indexed.texts[i], .in_query = in_query};
        CAPTURE(url_path);
        CAPTURE(piece.text);
        const auto end_of = [&](size_t found) {
            return found == PathText::kNotFound ? PiecePlaces::kNotFound
                                                : static_cast<uint32_t>(found + piece.text.size());
        };
        for (uint32_t from = 0; from <= path.size() + 1; ++from)
            REQUIRE_EQ(places.find_end(use, from), end_of(path.find(piece, from)));
        if (!places.may_contain(use)) REQUIRE_EQ(path.find(piece, 0), PathText::kNotFound);
        REQUIRE_EQ(places.find_end(indexed.special_use(3 * i + 1), 0),
                   end_of(path.has_at(0, piece) ? 0 : PathText::kNotFound));
        for (uint32_t from = 0; from <= path.size(); ++from) {
            const bool fits = from + piece.text.size() <= path.size();
            const size_t at = fits ? path.size() - piece.text.size() : 0;
            REQUIRE_EQ(places.find_end(indexed.special_use(3 * i + 2), from),
                       end_of(fits && path.has_at(at, piece) ? at : PathText::kNotFound));
        }
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

// With more ends than are looked through at each search, and gaps between them.
TEST_CASE("every piece is found in long paths") {
    Prng prng(7);
    for (int round = 0; round < 60; ++round) {
        std::set<std::string> patterns;
        for (uint64_t n = 1 + prng.below(12); n > 0; --n)
            patterns.insert(random_word(prng, "abc", 1 + prng.below(5)));
        patterns.insert("a%2Fb");
        const Indexed indexed(patterns);
        std::string path = "/";
        while (path.size() < 600) {
            path += random_word(prng, prng.below(2) == 0 ? "ab" : "abc?/", prng.below(120));
            path += std::string(prng.below(150), static_cast<char>('a' + prng.below(4)));
        }
        compare(indexed, path);
    }
}

TEST_CASE("the longest piece that ends somewhere stands for all that end there") {
    const std::vector<std::string> pieces = {"a", "ba", "cba", "da", "b"};
    std::vector<PieceIndex::Family> families;
    const PieceIndex index(pieces, families);
    REQUIRE_EQ(index.size(), pieces.size());
    CHECK_EQ(index.longest_ends("xcba"), std::vector{PieceIndex::kNone, PieceIndex::kNone,
                                                     families[4].number, families[2].number});
    CHECK_EQ(families[0].end - families[0].number, 4);
    CHECK_EQ(families[1].end - families[1].number, 2);
    CHECK_EQ(families[4].end - families[4].number, 1);
    for (const size_t ends_in_a : {1, 2, 3})
        CHECK_LT(families[ends_in_a].number - families[0].number, 4);
    CHECK_EQ(families[2].number - families[1].number, 1);
}
