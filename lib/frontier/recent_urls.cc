#include "frontier/recent_urls.h"

#include <algorithm>
#include <bit>

namespace crawld {

RecentUrls::RecentUrls(size_t entries)
    : sets_(std::bit_ceil(std::max<size_t>(entries / kWays, 2))),
      shift_(64 - std::countr_zero(sets_.size())) {}

uint64_t RecentUrls::tag_of(UrlKey key) {
    const uint64_t tag = key.url ^ (key.host.value * 0xd6e8feb86659fd93);
    return tag == 0 ? 1 : tag;
}

size_t RecentUrls::position(const Set& set, uint64_t tag) {
    size_t i = 0;
    while (i < kWays && set.tags[i] != tag)
        ++i;
    return i;
}

void RecentUrls::move_to_front(Set& set, size_t from, uint64_t tag) {
    for (size_t i = from; i > 0; --i)
        set.tags[i] = set.tags[i - 1];
    set.tags[0] = tag;
}

bool RecentUrls::contains(UrlKey key) {
    const uint64_t tag = tag_of(key);
    Set& set = set_of(tag);
    const size_t at = position(set, tag);
    if (at == kWays) return false;
    move_to_front(set, at, tag);
    return true;
}

void RecentUrls::insert(UrlKey key) {
    const uint64_t tag = tag_of(key);
    Set& set = set_of(tag);
    move_to_front(set, std::min(position(set, tag), kWays - 1), tag);
}

}  // namespace crawld
