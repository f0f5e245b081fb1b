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
                                       const KnownFilter& known, Store& store) {
    std::vector<FoundUrl> found = not_recent(places, recent);
    std::string keys;
    std::vector<size_t> asked;  // indices into `found`
    for (size_t i = 0; i < found.size(); ++i) {
        if (!known.may_contain(found[i].key)) continue;
        asked.push_back(i);
        put_key(keys, found[i].key);
    }
    std::vector<bool> exists(found.size());
    const auto read =
        store.multi_get(Family::seen, keys, format::kUrlKeyBytes, [&](size_t i, std::string_view) {
            exists[asked[i]] = true;
            recent.insert(found[asked[i]].key);
        });
    if (!read) return tl::unexpected(read.error());
    size_t kept = 0;
    for (size_t i = 0; i < found.size(); ++i)
        if (!exists[i]) found[kept++] = found[i];
    found.resize(kept);
    return found;
}

}  // namespace crawld
