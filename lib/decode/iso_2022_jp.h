// The decoder of ISO-2022-JP, the one encoding of the standard whose text has states.
//
// Source: https://encoding.spec.whatwg.org 12.2.1.
// Test:   tests/conformance/decode/decoders_test.cc
#pragma once

#include <string>
#include <string_view>

namespace crawld {

std::string decode_iso_2022_jp(std::string_view bytes);

}  // namespace crawld
