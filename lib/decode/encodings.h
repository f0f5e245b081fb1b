// The encodings of the Encoding standard: found by label, converted to UTF-8 by its decoders.
//
// Thread: any.
// Cost:   find_encoding is linear in about 220 labels; a conversion copies the text once.
// Source: https://encoding.spec.whatwg.org 4.2 (names and labels), 14.1 (replacement).
// Test:   tests/unit/decode/encodings_test.cc, tests/conformance/decode/decoders_test.cc
#pragma once

#include <string>
#include <string_view>

namespace crawld {

struct Encoding {
    std::string_view name;    // in lower case
    std::string_view icu;     // ICU's converter, empty where we need none
    std::string_view labels;  // separated by spaces
};

// nullptr for a label the standard does not know. White space around it and its case are ignored.
const Encoding* find_encoding(std::string_view label);

// What is not valid in the encoding becomes U+FFFD.
std::string convert_to_utf8(std::string_view bytes, const Encoding& encoding);

}  // namespace crawld
