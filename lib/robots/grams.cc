#include "robots/grams.h"

#include <algorithm>
#include <array>
#include <bit>
#include <span>

namespace crawld {

namespace {

constexpr uint32_t kEmptyPiece = 0;

uint32_t joined(uint32_t left, uint32_t right) {
    const uint32_t mixed = (left * 0x9E3779B1U) ^ (std::rotl(right, 15) * 0x85EBCA77U);
    return mixed ^ (mixed >> 15);
}

uint32_t of_byte(char c) {
    return (static_cast<unsigned char>(c) + 1U) * 0xC2B2AE3DU;
}

uint32_t bit_of(uint32_t hash) {
    return (hash * 0x27D4EB2FU) >> (32 - kGramBits);
}

// From the hashes of all substrings of length `half` to those of twice that length, in place.
std::span<uint32_t> doubled(std::span<uint32_t> hashes, size_t half) {
    for (size_t i = 0; i + half < hashes.size(); ++i)
        hashes[i] = joined(hashes[i], hashes[i + half]);
    return hashes.first(hashes.size() - std::min(half, hashes.size()));
}

uint32_t gram(std::string_view text) {
    std::array<uint32_t, kGramMax> buffer{};
    std::transform(text.begin(), text.end(), buffer.begin(), of_byte);
    std::span<uint32_t> hashes(buffer.data(), text.size());
    for (size_t size = 1; size < text.size(); size *= 2)
        hashes = doubled(hashes, size);
    return bit_of(hashes[0]);
}

}  // namespace

GramPair grams_of(std::string_view piece) {
    if (piece.empty()) return {kEmptyPiece, kEmptyPiece};
    const size_t size = std::bit_floor(std::min(piece.size(), kGramMax));
    return {gram(piece.substr(0, size)), gram(piece.substr(piece.size() - size))};
}

Grams::Grams(std::string_view text) {
    bits_[kEmptyPiece] = true;
    std::vector<uint32_t> buffer(text.size());
    std::transform(text.begin(), text.end(), buffer.begin(), of_byte);
    std::span<uint32_t> hashes(buffer);
    for (size_t size = 1; !hashes.empty(); size *= 2) {
        for (const uint32_t hash : hashes)
            bits_[bit_of(hash)] = true;
        if (size == kGramMax) return;
        hashes = doubled(hashes, size);
    }
}

}  // namespace crawld
