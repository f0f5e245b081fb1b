// UTF-8: the little of it that URLs need.
//
// Errors: an invalid sequence counts as U+FFFD, one for each maximal part of a sequence, as the
//         Encoding standard decodes it.
// Source: https://encoding.spec.whatwg.org (UTF-8 decoder), Unicode 15, table 3-7.
// Test:   tests/unit/url/utf8_test.cc
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace crawld {

inline constexpr char32_t kReplacementCharacter = 0xFFFD;

bool is_ascii(std::string_view text);
// Takes the first code point off `rest`, which must not be empty. `valid` turns false, and never
// true, where the bytes are not UTF-8.
char32_t utf8_next(std::string_view& rest, bool& valid);
void utf8_append(std::string& out, char32_t code_point);
bool is_utf8(std::string_view bytes);
// `bytes` with every invalid sequence replaced by U+FFFD.
std::string to_utf8(std::string_view bytes);

}  // namespace crawld
