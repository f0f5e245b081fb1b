#include "frontier/link_filter.h"

#include <algorithm>
#include <string>

#include "frontier/format.h"

namespace crawld {

namespace {

std::vector<FoundUrl> not_recent(std::span<const FoundIn> places, RecentUrls& recent) {
    std::vector<FoundUrl> out;
    for (uint32_t place = 0; place < places.size(); ++place) {
        const std::span<const NewUrl> urls = places[place].urls;
        for (uint32_t index = 0; index < urls.size(); ++index)
            if (!recent.contains(urls[index].key))
                out.push_back({.key = urls[index].key, .place = place, .index = index});
    }
    std::sort(out.begin(), out.end());
    const auto same = [](const FoundUrl& a, const FoundUrl& b) { return a.key == b.key; };
    out.erase(std::unique(out.begin(), out.end(), same), out.end());
    return out;
}

}  // namespace

Result<std::vector<FoundUrl>> new_urls(std::span<const FoundIn> places, RecentUrls& recent,
                                       Store& store) {
    std::vector<FoundUrl> found = not_recent(places, recent);
    std::string keys;
    keys.reserve(found.size() * format::kUrlKeyBytes);
    for (const FoundUrl& url : found)
        put_key(keys, url.key);
    // Those that exist are reported in order: what lies between two of them is new.
    auto out = found.begin();
    auto next = found.begin();
    const auto read =
        store.multi_get(Family::seen, keys, format::kUrlKeyBytes, [&](size_t i, std::string_view) {
            const auto known = found.begin() + static_cast<std::ptrdiff_t>(i);
            recent.insert(known->key);
            out = std::move(next, known, out);
            next = known + 1;
        });
    if (!read) return tl::unexpected(read.error());
    out = std::move(next, found.end(), out);
    found.erase(out, found.end());
    return found;
}

}  // namespace crawld
