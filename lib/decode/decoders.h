// The decoders of the Encoding standard, to the letter where the bytes are broken.
//
// What is not of the encoding becomes U+FFFD, and an ASCII byte that stands where a second byte
// should is read again for itself: a decoder that swallows it can be made to hide a tag or to end a
// quote.
//
// Thread: any.
// Cost:   linear, 100 MB/s and more; the first text of an encoding also pays for its index.
// Source: https://encoding.spec.whatwg.org 9 to 14.
// Test:   tests/conformance/decode/decoders_test.cc, indexes_test.cc there
#pragma once

#include <string>
#include <string_view>

#include "decode/encodings.h"

namespace crawld {

// For every encoding but utf-8 and replacement, which need none.
std::string decode_legacy(std::string_view bytes, const Encoding& encoding);

}  // namespace crawld
