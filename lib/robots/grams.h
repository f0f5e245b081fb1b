// Grams: a quick, one-sided answer to "does this text contain that piece?".
//
// All substrings of the text whose length is a power of two up to kGramMax are hashed into one bit
// set. A piece can only be in the text if its first and its last 2^k bytes are, with the largest
// 2^k that the piece and kGramMax allow. So 10,000 pieces are sifted in microseconds, and not by
// their first bytes alone: a hostile file has pieces that begin like every URL.
//
// Cost:   building 5 hashes per byte of the text; a question two bits.
// Source: the doubling of Karp, Miller, Rosenberg (1972), with a Bloom filter's one-sidedness.
// Test:   tests/unit/robots/grams_test.cc
#pragma once

#include <bitset>
#include <cstdint>
#include <string_view>
#include <vector>

namespace crawld {

inline constexpr size_t kGramMax = 16;
inline constexpr int kGramBits = 18;  // 10,000 grams of a URL of 2,000 bytes fill 4 % of the set

// The two bits of a piece. The empty piece is in every text.
struct GramPair {
    uint32_t first = 0;
    uint32_t last = 0;
};
GramPair grams_of(std::string_view piece);

class Grams {
  public:
    explicit Grams(std::string_view text);
    // False: the piece is surely not in the text.
    bool may_contain(GramPair piece) const { return bits_[piece.first] && bits_[piece.last]; }

  private:
    std::bitset<(1U << kGramBits)> bits_;
};

}  // namespace crawld
