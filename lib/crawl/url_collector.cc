#include "crawl/url_collector.h"

namespace crawld {

void UrlCollector::add(CanonicalUrl url, Priority priority, Discovery discovery, uint32_t depth) {
    const UrlKey key = keys_.key(url);
    if (!seen_.insert(key.url).second) return;
    const uint32_t depth_max = request_.options->limits.depth;
    const bool too_deep = discovery != Discovery::manifest && depth_max != 0 && depth > depth_max;
    if (too_deep || !request_.scope->check(url).empty()) {
        ++facts_.out_of_scope;
        return;
    }
    facts_.urls.push_back({.url = std::move(url),
                           .key = key,
                           .priority = priority,
                           .discovery = discovery,
                           .depth = static_cast<uint16_t>(depth),
                           .hops = 0});
}

}  // namespace crawld
