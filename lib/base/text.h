// ASCII text helpers. Locale-free: the C library's ctype functions are not.
//
// Test: tests/unit/base/text_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crawld {

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
constexpr bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
constexpr bool is_alpha(char c) {
    return is_upper(c) || is_lower(c);
}
constexpr bool is_alnum(char c) {
    return is_alpha(c) || is_digit(c);
}
constexpr bool is_space(char c) {  // HTML's ASCII whitespace
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}
constexpr char to_lower(char c) {
    return is_upper(c) ? static_cast<char>(c + 32) : c;
}
// The value of a hexadecimal digit, or -1.
constexpr int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    const char l = to_lower(c);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

// How many leading characters satisfy the predicate.
template <class Predicate>
constexpr size_t span_of(std::string_view text, Predicate predicate) {
    size_t n = 0;
    while (n < text.size() && predicate(text[n]))
        ++n;
    return n;
}

std::string lowercase(std::string_view text);
bool iequals(std::string_view a, std::string_view b);
bool istarts_with(std::string_view text, std::string_view prefix);
std::string_view trim(std::string_view text);  // is_space on both ends
// The pieces between separators, empty ones included; views into `text`.
std::vector<std::string_view> split(std::string_view text, char separator);
// Decimal digits only, whole text, no overflow.
std::optional<uint64_t> parse_uint(std::string_view text);
// The candidate with the smallest edit distance to `word`, if one is near enough to suggest.
std::optional<std::string_view> nearest(std::string_view word,
                                        const std::vector<std::string_view>& candidates);

}  // namespace crawld
