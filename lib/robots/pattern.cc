#include "robots/pattern.h"

#include <algorithm>

#include "base/text.h"

namespace crawld {

namespace {

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

bool is_unreserved(char c) {
    return is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

void escape(std::string& out, unsigned char byte) {
    out.push_back('%');
    out.push_back(kHexDigits[byte >> 4]);
    out.push_back(kHexDigits[byte & 15]);
}

// What a URL parser escapes in a path or query: both spellings must compare equal.
bool is_escaped_in_urls(char c) {
    return c <= 0x20 || c == 0x7f ||  // bytes above 0x7f are negative
           std::string_view("\"<>^`{}").find(c) != std::string_view::npos;
}

bool has_end_anchor(std::string_view pattern) {
    return !pattern.empty() && pattern.back() == '$';
}

}  // namespace

std::string normalise_escapes(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool escaped = c == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                             hex_value(text[i + 2]) >= 0;
        if (escaped) {
            const int value = hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]);
            const char decoded = static_cast<char>(value);
            if (is_unreserved(decoded))
                out.push_back(decoded);
            else
                escape(out, static_cast<unsigned char>(value));
            i += 2;
        } else if (is_escaped_in_urls(c)) {
            escape(out, static_cast<unsigned char>(c));
        } else {
            out.push_back(c);
        }
    }
    return out;
}

size_t literal_prefix(std::string_view pattern) {
    if (has_end_anchor(pattern)) pattern.remove_suffix(1);
    return std::min(pattern.find('*'), pattern.size());
}

bool pattern_matches(std::string_view pattern, std::string_view path) {
    const bool anchored = has_end_anchor(pattern);
    if (anchored) pattern.remove_suffix(1);
    size_t at = 0;     // in the path
    size_t piece = 0;  // in the pattern: the literal piece before the next '*'
    bool first = true;
    for (;;) {
        const size_t star = pattern.find('*', piece);
        const std::string_view literal = pattern.substr(piece, star - piece);
        const bool last = star == std::string_view::npos;
        if (last && anchored && !first) {
            // The last piece must be what the path ends with.
            return path.size() - at >= literal.size() && path.ends_with(literal);
        }
        // The leftmost place is always good enough: it leaves most for the pieces behind it.
        const size_t found = first ? (path.starts_with(literal) ? 0 : std::string_view::npos)
                                   : path.find(literal, at);
        if (found == std::string_view::npos) return false;
        at = found + literal.size();
        if (last) return !anchored || at == path.size();
        piece = star + 1;
        first = false;
    }
}

}  // namespace crawld
