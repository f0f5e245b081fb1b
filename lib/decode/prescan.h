// The charset a page declares in itself: <meta charset>, <meta http-equiv>, an XML declaration.
//
// In the first 1,024 bytes this is the standard's prescan. A browser that finds a declaration later
// starts over with it; we look on, up to kPrescanBytesMax, and skip the content of scripts, styles
// and the like there, as its parser would.
//
// Cost:   linear, at most kPrescanBytesMax.
// Source: WHATWG HTML 13.2.3.2 (prescan, XML encoding), 13.2.3.4, 2.5.8 (encoding in a meta).
// Test:   tests/conformance/decode/prescan_test.cc, tests/unit/decode/prescan_test.cc
#pragma once

#include <cstddef>
#include <string_view>

#include "decode/encodings.h"

namespace crawld {

inline constexpr size_t kPrescanBytesMax = 64 * 1024;

// nullptr if the page says nothing, or nothing we know.
const Encoding* prescan(std::string_view bytes);

}  // namespace crawld
