// The small languages inside attribute values: srcset, meta refresh, language tags, lists of words.
//
// Owns:   nothing; the views returned point into the text given.
// Cost:   linear.
// Source: WHATWG HTML 4.8.4.2.2 (srcset), 4.2.5.3 (refresh), 2.3.7 (lists of words); RFC 5646 4.4.1
//         (tags longer than 35 characters need not be supported).
// Test:   tests/unit/html/microsyntax_test.cc
#pragma once

#include <optional>
#include <string_view>

#include "base/text.h"

namespace crawld {

// Calls visit(url) for each candidate of a srcset, those too that a browser would not choose from
// because of what their descriptors say.
template <class Visit>
void for_each_srcset_url(std::string_view srcset, Visit&& visit);

// The URL of a refresh, empty if it only names a delay; nothing if the value is no refresh.
std::optional<std::string_view> refresh_url(std::string_view content);

// "de", "en-GB", "x-default" of a hreflang, without white space around it; empty for what has not
// the shape of a language tag.
std::string_view language_tag(std::string_view text);

// Calls visit(word) for each word between white space.
template <class Visit>
void for_each_word(std::string_view text, Visit&& visit) {
    for (;;) {
        text.remove_prefix(span_of(text, is_space));
        if (text.empty()) return;
        const size_t size = span_of(text, [](char c) { return !is_space(c); });
        visit(text.substr(0, size));
        text.remove_prefix(size);
    }
}

namespace detail {
// Behind the candidate's URL: the length of its descriptors, with the comma that ends them.
size_t srcset_descriptors_size(std::string_view rest);
}  // namespace detail

template <class Visit>
void for_each_srcset_url(std::string_view srcset, Visit&& visit) {
    for (;;) {
        srcset.remove_prefix(span_of(srcset, [](char c) { return is_space(c) || c == ','; }));
        if (srcset.empty()) return;
        std::string_view url =
            srcset.substr(0, span_of(srcset, [](char c) { return !is_space(c); }));
        srcset.remove_prefix(url.size());
        if (url.ends_with(',')) {
            while (url.ends_with(','))
                url.remove_suffix(1);
        } else {
            srcset.remove_prefix(detail::srcset_descriptors_size(srcset));
        }
        visit(url);
    }
}

}  // namespace crawld
