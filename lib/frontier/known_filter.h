// KnownFilter: a Bloom filter over all of `seen`, so that a URL that nobody has seen yet costs one
// cache miss instead of a look-up in every file of the database. Most links of a young crawl are
// such URLs, and without it their cost would grow with the number of files.
//
// It is not on disk: open() fills it from `seen` while the number of known URLs is within its
// capacity, which takes about 0.2 s per million; beyond that it starts switched off, and RocksDB's
// own filters answer. When a running crawl outgrows it, it answers "maybe" more and more often.
//
// Thread: one.
// Errors: never says that a URL which was inserted is unknown; at capacity says "maybe" of about
//         1 % of unknown ones.
// Bound:  10 bits a URL of capacity, rounded up to a power of two of 64-byte blocks.
// Source: F. Putze et al., Cache-, Hash- and Space-Efficient Bloom Filters (2007): blocked filter.
// Test:   tests/unit/frontier/memory_test.cc
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "url/keys.h"

namespace crawld {

class KnownFilter {
  public:
    explicit KnownFilter(size_t capacity);

    size_t capacity() const { return capacity_; }
    void switch_off() { on_ = false; }
    void insert(UrlKey key);
    bool may_contain(UrlKey key) const;

  private:
    static constexpr int kProbes = 6;
    static constexpr size_t kBlockBits = 512;
    struct alignas(64) Block {
        std::array<uint64_t, kBlockBits / 64> words{};
    };
    static uint64_t hash(UrlKey key);
    size_t block_of(uint64_t hash) const { return hash >> shift_; }

    size_t capacity_;
    std::vector<Block> blocks_;
    int shift_;
    bool on_ = true;
};

}  // namespace crawld
