// The form in which rules and URLs are compared, and what a pattern consists of.
//
// RFC 9309 2.2.2 wants one spelling on both sides. Ours: escapes of unreserved and of reserved
// characters are undone, every other byte that is not printable ASCII, and the few printable ones
// that a URL parser escapes, are escaped with upper-case digits. So "%7Ea", "~a" and "%3d", "=" and
// "ツ", "%E3%83%84" compare equal, as in the RFC's table. Four characters need more care, because
// written plainly they mean something else than escaped:
//
//     * and $   plain in a pattern they are special (2.2.3); a URL has only the characters
//     / and ?   plain in a path they separate; behind the first '?' they are data in both spellings
//
// A '%' that begins no escape is "%25", as in every canonical URL. At the end of a pattern's piece
// it stays, and so is there whatever escape follows: "/*%" means them all.
//
// The character that is meant as data is written as its code with the high bit set ("as data"),
// which no other byte of this form has.
//
// Pure. Cost: linear.
// Test: tests/unit/robots/pattern_test.cc, tests/conformance/robots/patterns_test.cc
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crawld {

constexpr char as_data(char c) {
    return static_cast<char>(c | 0x80);
}
constexpr char without_data_mark(char c) {
    return static_cast<char>(c & 0x7F);
}

// The path and query of a URL in the form above.
std::string normalise_path(std::string_view path_and_query);

// A rule's pattern in the form above: a literal beginning, then pieces, each behind a '*'.
struct Pattern {
    std::vector<std::string> pieces;  // pieces[0] is the beginning; no other is empty but the last
    bool anchored = false;            // a '$' stood at the end: the last piece ends the path
    // RFC 9309 2.2.2: "the most octets", in the shorter spelling, '*' and '$' included.
    uint32_t octets = 0;

    static Pattern parse(std::string_view text);
};

}  // namespace crawld
