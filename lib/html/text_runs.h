// The text of a page between its tags, read loosely: scripts, styles and comments are left out,
// nothing is decoded. For what counts a page's text, where a wrong piece changes little.
//
// Cost:   linear; every byte is looked at once, by memchr.
// Test:   tests/unit/html/simhash_test.cc, summary_test.cc
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "base/text.h"

namespace crawld {

namespace detail {

// Behind what ends at `end`.
inline size_t behind(std::string_view html, std::string_view end, size_t at) {
    const size_t found = html.find(end, at);
    return found == std::string_view::npos ? html.size() : found + end.size();
}

// Behind what begins with the '<' at `at`: a tag, a comment, a script or style with its content.
inline size_t skip_markup(std::string_view html, size_t at) {
    const std::string_view rest = html.substr(at + 1);
    if (rest.starts_with("!--")) return behind(html, "-->", at);
    for (const std::string_view name : {"script", "style"}) {
        if (!istarts_with(rest, name)) continue;
        for (at = behind(html, "</", at); at < html.size(); at = behind(html, "</", at))
            if (istarts_with(html.substr(at), name)) return behind(html, ">", at);
        return at;
    }
    return behind(html, ">", at);
}

}  // namespace detail

// visit(text) for each piece between two tags.
template <class Visit>
void for_each_text(std::string_view html, Visit visit) {
    for (size_t at = 0; at < html.size();) {
        const size_t tag = std::min(html.find('<', at), html.size());
        if (tag > at) visit(html.substr(at, tag - at));
        at = tag < html.size() ? detail::skip_markup(html, tag) : tag;
    }
}

}  // namespace crawld
