#include "robots/directives.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace crawld {

namespace {

// Directives that stand alone, and that have a value. Both lists only tell a crawler's name from a
// directive: "max-snippet: 5" is not for a crawler called max-snippet.
constexpr std::array<std::string_view, 17> kPlain{"all",
                                                  "index",
                                                  "follow",
                                                  "archive",
                                                  "none",
                                                  "noindex",
                                                  "nofollow",
                                                  "noarchive",
                                                  "nocache",
                                                  "nosnippet",
                                                  "noodp",
                                                  "noydir",
                                                  "noimageindex",
                                                  "notranslate",
                                                  "nositelinkssearchbox",
                                                  "indexifembedded",
                                                  "noimageai"};
constexpr std::array<std::string_view, 4> kValued{"unavailable_after", "max-snippet",
                                                  "max-image-preview", "max-video-preview"};

template <size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view known) { return iequals(known, name); });
}

// Words may also be separated by blanks or semicolons only: "noindex nofollow" is meant.
void take_words(std::string_view item, PageDirectives& out) {
    const auto separates = [](char c) { return is_space(c) || c == ';'; };
    while (!item.empty()) {
        const size_t size = span_of(item, [&](char c) { return !separates(c); });
        const std::string_view word = item.substr(0, size);
        if (iequals(word, "nofollow") || iequals(word, "none")) out.nofollow = true;
        if (iequals(word, "noindex") || iequals(word, "none")) out.noindex = true;
        if (iequals(word, "noarchive")) out.noarchive = true;
        item.remove_prefix(std::min(size + 1, item.size()));
    }
}

// The text before the colon, if there is one.
std::string_view name_of(std::string_view item) {
    const size_t colon = item.find(':');
    return colon == std::string_view::npos ? std::string_view() : trim(item.substr(0, colon));
}

// Whether a directive stands at the beginning: then what precedes it and a colon names a crawler.
bool begins_with_directive(std::string_view text) {
    text = trim(text);
    const std::string_view word =
        text.substr(0, span_of(text, [](char c) { return !is_space(c) && c != ':' && c != ';'; }));
    return contains(kPlain, word) || contains(kValued, word);
}

bool is_token(std::string_view name) {
    return !name.empty() && span_of(name, [](char c) { return !is_space(c); }) == name.size();
}

}  // namespace

void PageDirectives::merge(const PageDirectives& other) {
    nofollow |= other.nofollow;
    noindex |= other.noindex;
    noarchive |= other.noarchive;
}

std::string to_string(const PageDirectives& directives) {
    std::string text;
    const auto add = [&text](bool asked, std::string_view name) {
        if (asked) text += (text.empty() ? "" : ", ") + std::string(name);
    };
    add(directives.nofollow, "nofollow");
    add(directives.noindex, "noindex");
    add(directives.noarchive, "noarchive");
    return text;
}

PageDirectives parse_meta_robots(std::string_view content) {
    PageDirectives out;
    for (const std::string_view item : split(content, ','))
        if (!contains(kValued, name_of(item))) take_words(item, out);
    return out;
}

PageDirectives parse_x_robots_tag(std::string_view value, std::string_view product) {
    PageDirectives out;
    bool for_us = true;
    for (std::string_view item : split(value, ',')) {
        const std::string_view name = name_of(item);
        const std::string_view behind = item.substr(std::min(item.find(':') + 1, item.size()));
        const bool names_crawler = is_token(name) && !contains(kValued, name) &&
                                   (begins_with_directive(behind) || trim(behind).empty());
        if (names_crawler) {
            for_us = iequals(name, product) || name == "*";
            item = behind;
        }
        if (for_us && !contains(kValued, name_of(item))) take_words(item, out);
    }
    return out;
}

}  // namespace crawld
