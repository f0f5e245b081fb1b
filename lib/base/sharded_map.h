// ShardedMap: a hash map for tables of a hundred thousand entries and more that an event loop owns.
//
// A table that grows, is swept or is looked through whole holds its loop for as long as it is
// large: 10 ms at 50,000 entries. This one is 256 tables by a hash of the key: each grows alone,
// and what looks at all entries does it a shard at a time.
//
// Owns:   keys and values. A value stays where it is until it is erased.
// Thread: one.
// Cost:   as std::unordered_map; 14 KB empty.
// Test:   tests/unit/base/sharded_map_test.cc
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>

namespace crawld {

inline constexpr size_t kShards = 256;

template <class Key, class Value>
class ShardedMap {
  public:
    using Shard = std::unordered_map<Key, Value>;

    size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

    Value* find(const Key& key) {
        Shard& shard = of(key);
        const auto it = shard.find(key);
        return it == shard.end() ? nullptr : &it->second;
    }
    bool contains(const Key& key) const { return shards_[index_of(key)].contains(key); }
    // What is there already stays.
    Value& emplace(const Key& key, Value value) {
        const auto [it, is_new] = of(key).emplace(key, std::move(value));
        size_ += is_new ? 1 : 0;
        return it->second;
    }
    Value& put(const Key& key, Value value) {
        const auto [it, is_new] = of(key).insert_or_assign(key, std::move(value));
        size_ += is_new ? 1 : 0;
        return it->second;
    }
    std::optional<Value> take(const Key& key) {
        auto node = of(key).extract(key);
        if (!node) return std::nullopt;
        --size_;
        return std::move(node.mapped());
    }
    void erase(const Key& key) { take(key); }

    const Shard& shard(size_t index) const { return shards_[index]; }
    template <class Gone>
    void erase_if(size_t index, Gone gone) {
        size_ -= std::erase_if(shards_[index], gone);
    }
    template <class Visit>
    void for_each(Visit visit) {
        for (Shard& shard : shards_)
            for (auto& [key, value] : shard)
                visit(key, value);
    }
    template <class Holds>
    bool all_of(Holds holds) const {
        for (const Shard& shard : shards_)
            for (const auto& [key, value] : shard)
                if (!holds(key, value)) return false;
        return true;
    }

  private:
    // Hashes of numbers are often the numbers: the product's upper bits depend on all of theirs.
    static size_t index_of(const Key& key) {
        constexpr uint64_t kGolden = 0x9e3779b97f4a7c15;
        static_assert(kShards == 256);
        return static_cast<size_t>(uint64_t{std::hash<Key>{}(key)} * kGolden >> 56);
    }
    Shard& of(const Key& key) { return shards_[index_of(key)]; }

    std::array<Shard, kShards> shards_;
    size_t size_ = 0;
};

}  // namespace crawld
