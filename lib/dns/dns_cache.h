// DnsCache: answers by host name until they expire; the least recently used leave first.
//
// Time: `now` is given.
// Cost: one hash look-up; memory is bounded by entries_max.
// Test: tests/unit/dns/dns_cache_test.cc
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.h"
#include "dns/resolver.h"

namespace crawld {

class DnsCache {
  public:
    explicit DnsCache(size_t entries_max);

    // Null if the host is not here or its time is over. Valid until the next call of put().
    const DnsAnswer* find(std::string_view host, Instant now);
    void put(std::string_view host, DnsAnswer answer, Instant expires);
    size_t size() const { return index_.size(); }

  private:
    struct Entry {
        std::string host;
        DnsAnswer answer;
        Instant expires;
    };
    using Entries = std::list<Entry>;  // the most recently used first

    size_t entries_max_;
    Entries entries_;
    std::unordered_map<std::string_view, Entries::iterator> index_;  // views of Entry::host
};

}  // namespace crawld
