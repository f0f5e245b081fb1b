// What one line of a list of seeds says.
//
// Thread: any.
// Test:   tests/unit/crawl/seeds_test.cc, tests/unit/exchange/import_test.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "url/canonical_rules.h"
#include "url/url.h"

namespace crawld {

struct SeedLine {
    std::optional<CanonicalUrl> url;  // by the rules
    std::string rejection;            // why it is none; empty too for a comment or an empty line
};

// `cut`: the line is longer than a seed may be, and `text` is its beginning.
SeedLine read_seed_line(std::string_view text, bool cut, const CanonicalRules& rules);

}  // namespace crawld
