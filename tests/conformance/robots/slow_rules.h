// Patterns and rules the slow and obvious way: RFC 9309 2.2.2 and 2.2.3 read literally, by
// character by character. For comparison only.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace crawld::slow {

// One character of a pattern or path; `escaped`: it was written as %XX.
struct Character {
    char code;
    bool escaped;
};
using Characters = std::vector<Character>;

inline Characters characters(std::string_view text) {
    Characters out;
    for (size_t i = 0; i < text.size(); ++i) {
        const bool escaped = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                             hex_value(text[i + 2]) >= 0;
        if (!escaped) {
            out.push_back({text[i], false});
            continue;
        }
        out.push_back(
            {static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])), true});
        i += 2;
    }
    return out;
}

// Where the first plain '?' is, or the size.
inline size_t query_of(const Characters& path) {
    for (size_t i = 0; i < path.size(); ++i)
        if (path[i].code == '?' && !path[i].escaped) return i;
    return path.size();
}

// Both spellings of a character are the same, but for the two that separate in a path.
inline bool same(Character pattern, Character path, bool in_query) {
    if (pattern.code != path.code) return false;
    const bool separates = (path.code == '/' || path.code == '?') && !in_query;
    return !separates || pattern.escaped == path.escaped;
}

// The places in the path that the pattern's characters so far may have led to, all at once.
inline bool matches(std::string_view pattern_text, std::string_view path_text) {
    const Characters pattern = characters(pattern_text);
    const Characters path = characters(path_text);
    std::vector<bool> places(path.size() + 1, false);
    places[0] = true;
    for (size_t p = 0; p < pattern.size(); ++p) {
        const bool plain = !pattern[p].escaped;
        if (plain && pattern[p].code == '$' && p + 1 == pattern.size()) return places.back();
        std::vector<bool> next(path.size() + 1, false);
        for (size_t at = 0; at <= path.size(); ++at) {
            if (!places[at]) continue;
            if (plain && pattern[p].code == '*')
                for (size_t skip = at; skip <= path.size(); ++skip)
                    next[skip] = true;
            else if (at < path.size() && same(pattern[p], path[at], at > query_of(path)))
                next[at + 1] = true;
        }
        places = next;
    }
    return std::find(places.begin(), places.end(), true) != places.end();
}

struct Rule {
    std::string pattern;  // without escapes, so that its octets are its size
    bool allow = false;
};

inline bool allowed(const std::vector<Rule>& rules, std::string_view path) {
    const Rule* best = nullptr;
    for (const Rule& rule : rules) {
        if (!matches(rule.pattern, path)) continue;
        if (best == nullptr || rule.pattern.size() > best->pattern.size() ||
            (rule.pattern.size() == best->pattern.size() && rule.allow))
            best = &rule;
    }
    return best == nullptr || best->allow;
}

// All texts of up to `length_max` of these symbols.
inline std::vector<std::string> words(const std::vector<std::string>& symbols, size_t length_max) {
    std::vector<std::string> all{""};
    for (size_t begin = 0, length = 0; length < length_max; ++length) {
        const size_t end = all.size();
        for (; begin < end; ++begin)
            for (const std::string& symbol : symbols)
                all.push_back(all[begin] + symbol);
    }
    return all;
}

}  // namespace crawld::slow
