// What the frontier keeps in memory, and its bounds.
#include <doctest/doctest.h>

#include "base/prng.h"
#include "frontier/host_table.h"
#include "frontier/known_filter.h"
#include "frontier/recent_urls.h"

using namespace crawld;

TEST_CASE("a recent URL is known, another of the same host is not") {
    RecentUrls recent(1024);
    const UrlKey key{HostKey{7}, 8};
    CHECK_FALSE(recent.contains(key));
    recent.insert(key);
    recent.insert(key);
    CHECK(recent.contains(key));
    CHECK_FALSE(recent.contains({HostKey{7}, 9}));
    CHECK_FALSE(recent.contains({HostKey{8}, 8}));
    CHECK_FALSE(recent.contains({HostKey{0}, 0}));
}

TEST_CASE("the recent table keeps what is used and forgets what is not") {
    RecentUrls recent(1024);
    Prng prng(1);
    std::vector<UrlKey> used;
    for (int i = 0; i < 50; ++i)
        used.push_back({HostKey{1}, prng.next()});
    for (UrlKey key : used)
        recent.insert(key);
    std::vector<UrlKey> unused;
    for (int i = 0; i < 20'000; ++i) {
        unused.push_back({HostKey{1}, prng.next()});
        recent.insert(unused.back());
        CHECK(recent.contains(used[static_cast<size_t>(i) % used.size()]));
    }
    size_t kept = 0;
    for (UrlKey key : unused)
        kept += recent.contains(key) ? 1 : 0;
    CHECK_GT(kept, 500);
    CHECK_LE(kept, 1024);
}

namespace {

// How many of 100,000 unknown URLs a filter for 10,000 says "maybe" of when it holds `count`.
size_t wrong_with(size_t count) {
    KnownFilter known(10'000);
    Prng prng(count);
    const auto random_key = [&] { return UrlKey{HostKey{prng.below(50)}, prng.next()}; };
    std::vector<UrlKey> inserted;
    for (size_t i = 0; i < count; ++i)
        inserted.push_back(random_key());
    for (UrlKey key : inserted)
        known.insert(key);
    known.set_filled_to(KnownFilter::kEnd);
    for (UrlKey key : inserted)
        REQUIRE(known.may_contain(key));
    size_t wrong = 0;
    for (size_t i = 0; i < 100'000; ++i)
        wrong += known.may_contain(random_key()) ? 1 : 0;
    return wrong;
}

}  // namespace

TEST_CASE("the filter knows all it was given, and of others as few as its header says") {
    CHECK_LT(wrong_with(10'000), 2'000);
    CHECK_LT(wrong_with(20'000), 15'000);
    CHECK_LT(wrong_with(40'000), 60'000);
    CHECK(KnownFilter(10'000).can_hold(40'000));
    CHECK_FALSE(KnownFilter(10'000).can_hold(40'001));
}

TEST_CASE("a filter rules out only what is below the key that it is filled to") {
    KnownFilter known(1'000);
    const UrlKey low{HostKey{1}, 5};
    const UrlKey high{HostKey{2}, 1};
    CHECK(known.may_contain(low));
    known.set_filled_to(high);
    CHECK_FALSE(known.may_contain(low));
    CHECK(known.may_contain(high));
    CHECK_FALSE(known.is_filled());
    known.set_filled_to(KnownFilter::kEnd);
    CHECK_FALSE(known.may_contain(high));
    CHECK(known.is_filled());
}

TEST_CASE("idle rows leave memory, least recently used first; loaded ones stay") {
    HostTable hosts(3);
    hosts.begin_stay(hosts.insert(HostKey{1}));
    for (uint64_t key = 2; key <= 5; ++key)
        hosts.insert(HostKey{key});
    CHECK(hosts.find(HostKey{2}) != nullptr);
    hosts.trim();
    CHECK_EQ(hosts.size(), 4);
    CHECK(hosts.find(HostKey{1}) != nullptr);
    CHECK(hosts.find(HostKey{2}) != nullptr);
    CHECK(hosts.find(HostKey{3}) == nullptr);
    hosts.end_stay(*hosts.find(HostKey{1}));
    hosts.trim();
    CHECK_EQ(hosts.size(), 3);
    CHECK(hosts.find(HostKey{1}) != nullptr);
    CHECK(hosts.find(HostKey{4}) == nullptr);
}
