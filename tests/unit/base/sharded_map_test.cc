#include "base/sharded_map.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <set>

using namespace crawld;

TEST_CASE("a sharded map holds what was put in, under keys that are numbers in order") {
    ShardedMap<uint64_t, int> map;
    CHECK(map.empty());
    for (int i = 0; i < 10'000; ++i)
        map.emplace(static_cast<uint64_t>(i), i);
    CHECK(map.size() == 10'000);
    CHECK(map.emplace(7, 70) == 7);  // what is there stays
    CHECK(map.put(7, 70) == 70);
    CHECK(map.size() == 10'000);
    CHECK(*map.find(9'999) == 9'999);
    CHECK(map.find(10'000) == nullptr);
    CHECK(map.contains(0));
    CHECK(!map.contains(10'000));

    CHECK(map.take(7) == 70);
    CHECK(!map.take(7));
    map.erase(8);
    map.erase(8);
    CHECK(map.size() == 9'998);
}

TEST_CASE("the shards of a map are of about the same size, and together they are the map") {
    ShardedMap<uint64_t, int> map;
    for (uint64_t i = 0; i < 51'200; ++i)
        map.emplace(i, 0);
    size_t largest = 0;
    size_t sum = 0;
    for (size_t i = 0; i < kShards; ++i) {
        largest = std::max(largest, map.shard(i).size());
        sum += map.shard(i).size();
    }
    CHECK(sum == map.size());
    CHECK(largest < 400);  // of 200

    std::set<uint64_t> seen;
    map.for_each([&](uint64_t key, int& value) {
        seen.insert(key);
        value = 1;
    });
    CHECK(seen.size() == map.size());
    CHECK(map.all_of([](uint64_t, int value) { return value == 1; }));
    *map.find(51'199) = 2;
    CHECK(!map.all_of([](uint64_t, int value) { return value == 1; }));

    for (size_t i = 0; i < kShards; ++i)
        map.erase_if(i, [](const auto& entry) { return entry.first % 2 == 0; });
    CHECK(map.size() == 25'600);
}

TEST_CASE("values that cannot be copied stay where they are while the map grows") {
    ShardedMap<uint64_t, std::unique_ptr<int>> map;
    const std::unique_ptr<int>* const first = &map.emplace(1, std::make_unique<int>(1));
    for (uint64_t i = 2; i < 100'000; ++i)
        map.emplace(i, nullptr);
    CHECK(map.find(1) == first);
}
