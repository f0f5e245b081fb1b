// simhash: 64 bits of what a page says, alike for pages that say nearly the same.
//
// How: the text between the tags, scripts and styles left out, in lines; each bit of the result is
//      what most of the lines' fingerprints have there. Two pages that differ in few lines differ
//      in few bits; up to kSimilarBits they are taken for copies. It reads markup more loosely
//      than the scanner does: a wrong line more or less changes little. (Runs of three words, as
//      the literature has it, cost three times as much.)
// Units:  UTF-8 in, any bytes are fine; 0: too few lines to tell.
// Cost:   linear, constant memory; about 0.9 ns a byte.
// Source: Charikar 2002; Manku, Jain, Das Sarma 2007, "Detecting near-duplicates for web crawling".
// Test:   tests/unit/html/simhash_test.cc
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

namespace crawld {

inline constexpr int kSimilarBits = 3;

uint64_t simhash(std::string_view html);

constexpr bool is_similar(uint64_t a, uint64_t b) {
    return a != 0 && b != 0 && std::popcount(a ^ b) <= kSimilarBits;
}

}  // namespace crawld
