// Which of the found URLs are new: first those that the table of recent ones does not know, then,
// sorted and without repeats, those that the filter of known ones rules out or `seen` does not
// have.
//
// Cost: one cache miss a link that was seen lately, two for one that is new, and one batched
//       look-up for all the others.
// Test: tests/unit/frontier/frontier_test.cc
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "frontier/known_filter.h"
#include "frontier/recent_urls.h"
#include "frontier/types.h"
#include "store/store.h"

namespace crawld {

// URLs that were found in one place.
struct FoundIn {
    std::span<const NewUrl> urls;
    std::string_view via;
};

struct FoundUrl {
    UrlKey key;
    uint32_t place = 0;  // index into the span of FoundIn
    uint32_t index = 0;  // index into its urls
    auto operator<=>(const FoundUrl&) const = default;
};

// In the order of keys, so that those of one host stand together; of a URL that was found in
// several places the first.
Result<std::vector<FoundUrl>> new_urls(std::span<const FoundIn> places, RecentUrls& recent,
                                       const KnownFilter& known, Store& store);

}  // namespace crawld
