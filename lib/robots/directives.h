// Page directives: what a page asks of crawlers in X-Robots-Tag and in <meta name=robots>.
//
// Both hold comma lists of directives in any case; of those, ours are nofollow, noindex, noarchive
// and none (the first two). Others may have a value behind a colon, with commas and colons of its
// own ("unavailable_after: Sunday, 25-Jun-26 15:00:00 GMT"), and are passed over.
//
// Source: developers.google.com/search/docs/crawling-indexing/robots-meta-tag
// Test:   tests/unit/robots/directives_test.cc
#pragma once

#include <string>
#include <string_view>

namespace crawld {

struct PageDirectives {
    bool nofollow = false;
    bool noindex = false;
    bool noarchive = false;
    bool operator==(const PageDirectives&) const = default;

    void merge(const PageDirectives& other);  // what either asks
};

// "nofollow, noindex"; empty if nothing is asked.
std::string to_string(const PageDirectives& directives);

PageDirectives parse_meta_robots(std::string_view content);

// One header's value, or several joined by commas. "product: " before a directive names whom that
// and all that follow it, up to the next name, are for; before the first name they are for all.
PageDirectives parse_x_robots_tag(std::string_view value, std::string_view product);

}  // namespace crawld
