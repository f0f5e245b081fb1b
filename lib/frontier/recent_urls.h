// RecentUrls: a fixed-size memory of URLs that are known to be in `seen`, in front of the database.
//
// Sets of eight 64-bit tags, one cache line each, the least recently used one leaves. A tag is a
// mix of the whole UrlKey; that a URL which was never seen finds its tag here has the probability
// of eight in 2^64 a look-up, below that of a collision in `seen` itself.
//
// Thread: one.
// Cost:   one cache miss a look-up.
// Bound:  8 bytes an entry, the number of entries rounded up to a power of two.
// Test:   tests/unit/frontier/memory_test.cc
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "url/keys.h"

namespace crawld {

class RecentUrls {
  public:
    explicit RecentUrls(size_t entries);
    bool contains(UrlKey key);
    void insert(UrlKey key);

  private:
    static constexpr size_t kWays = 8;
    struct alignas(64) Set {
        std::array<uint64_t, kWays> tags{};  // most recent first; 0 is none
    };
    static uint64_t tag_of(UrlKey key);
    Set& set_of(uint64_t tag) { return sets_[(tag * 0x9e3779b97f4a7c15) >> shift_]; }
    static size_t position(const Set& set, uint64_t tag);
    static void move_to_front(Set& set, size_t from, uint64_t tag);

    std::vector<Set> sets_;
    int shift_ = 0;
};

}  // namespace crawld
