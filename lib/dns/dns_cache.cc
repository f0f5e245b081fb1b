#include "dns/dns_cache.h"

#include <utility>

#include "base/check.h"

namespace crawld {

DnsCache::DnsCache(size_t entries_max) : entries_max_(entries_max) {
    CRAWLD_CHECK(entries_max > 0);
}

const DnsAnswer* DnsCache::find(std::string_view host, Instant now) {
    const auto found = index_.find(host);
    if (found == index_.end() || found->second->expires <= now) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &found->second->answer;
}

void DnsCache::put(std::string_view host, DnsAnswer answer, Instant expires) {
    const auto found = index_.find(host);
    if (found != index_.end()) {
        entries_.splice(entries_.begin(), entries_, found->second);
        entries_.front().answer = std::move(answer);
        entries_.front().expires = expires;
        return;
    }
    if (index_.size() == entries_max_) {
        index_.erase(entries_.back().host);
        entries_.pop_back();
    }
    entries_.push_front({std::string(host), std::move(answer), expires});
    index_.emplace(entries_.front().host, entries_.begin());
}

}  // namespace crawld
