// Patterns of robots.txt: '*' is any run of bytes, '$' at the end is the end (RFC 9309 2.2.3).
//
// Pure. Cost: normalising linear; matching pattern x path at worst, without backtracking over more
// than the last '*'.
// Test: tests/conformance/robots/patterns_test.cc
#pragma once

#include <string>
#include <string_view>

namespace crawld {

// Percent-encoding in one spelling, so that rule and path compare byte by byte (RFC 9309 2.2.2):
// escapes of unreserved characters are decoded, other escapes get upper-case digits, bytes outside
// printable ASCII are escaped.
std::string normalise_escapes(std::string_view text);

// Whether the pattern matches the beginning of the path (or all of it, if it ends in '$').
bool pattern_matches(std::string_view pattern, std::string_view path);

// Length of the pattern's beginning that must stand in the path to the letter.
size_t literal_prefix(std::string_view pattern);

}  // namespace crawld
