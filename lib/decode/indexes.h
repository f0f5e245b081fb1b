// The indexes of the Encoding standard: the character behind each pointer, or behind each byte of
// an encoding of single bytes.
//
// The tables are ICU's, put right where index_exceptions.h says so: with them the decoders need
// nothing of ICU's own reading of broken text, which is not the standard's.
//
// Owns:   what is returned lives as long as the program.
// Thread: any.
// Cost:   a table is made when first asked for, in about 3 ms (single bytes: 20 us), and has four
//         bytes a pointer.
// Source: https://encoding.spec.whatwg.org 5 (indexes), 9 (single bytes), 14.5 (x-user-defined).
// Test:   tests/conformance/decode/indexes_test.cc
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "decode/encodings.h"

namespace crawld {

// gb18030_ranges is the part of four bytes below U+10000, one entry a pointer.
enum class IndexName : uint8_t { big5, euc_kr, gb18030, gb18030_ranges, jis0208, jis0212 };

using Index = std::vector<char32_t>;  // by pointer; 0: none
const Index& index_of(IndexName name);

using SingleByteIndex = std::array<char16_t, 128>;  // of 0x80 and up; 0: none
// For encodings of single bytes, x-user-defined among them.
const SingleByteIndex& single_byte_index(const Encoding& encoding);

}  // namespace crawld
