// KnownFilter: a Bloom filter over all of `seen`, so that a URL that nobody has seen yet costs one
// cache miss instead of a look-up in every file of the database. Most links that the table of
// recent URLs does not hold are such URLs, and without the filter their cost would grow with the
// number of files.
//
// It is not on disk. After a start it is filled from `seen` in the order of keys, a part with every
// commit, and answers "maybe" for keys that it has not come to: a start waits for nothing. It
// degrades slowly: with twice the URLs it is made for, it says "maybe" of one unknown URL in eight,
// with four times, of every second.
//
// Thread: one.
// Errors: never rules out a URL that is in `seen`, if every URL is inserted before it is written
//         there; one that was inserted and then not written costs a look-up. With `urls` in it,
//         says "maybe" of about 1 % of unknown ones.
// Cost:   one cache miss.
// Bound:  10 bits for each of `urls`.
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
    explicit KnownFilter(size_t urls);

    void insert(UrlKey key);
    // False: not in `seen`.
    bool may_contain(UrlKey key) const;

    // All of `seen` that is below this key has been inserted.
    UrlKey filled_to() const { return filled_to_; }
    void set_filled_to(UrlKey key) { filled_to_ = key; }
    bool is_filled() const { return filled_to_ == kEnd; }
    // Whether it is worth filling for so many URLs.
    bool can_hold(uint64_t urls) const { return urls <= kOverfill * urls_; }

    static constexpr UrlKey kEnd{HostKey{UINT64_MAX}, UINT64_MAX};

  private:
    static constexpr uint64_t kOverfill = 4;
    static constexpr size_t kBlockBits = 512;
    struct alignas(64) Block {
        std::array<uint64_t, kBlockBits / 64> words{};
    };
    static uint64_t hash(UrlKey key);
    size_t block_of(uint64_t hash) const { return ((hash >> 32) * blocks_.size()) >> 32; }

    uint64_t urls_;
    std::vector<Block> blocks_;
    UrlKey filled_to_{};
};

}  // namespace crawld
