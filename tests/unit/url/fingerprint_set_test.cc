#include "url/fingerprint_set.h"

#include <doctest/doctest.h>

#include <set>

#include "base/prng.h"

using namespace crawld;

TEST_CASE("an empty set contains nothing") {
    const FingerprintSet set;
    CHECK(set.size() == 0);
    CHECK(!set.contains(0));
    CHECK(!set.contains(~uint64_t{0}));
}

TEST_CASE("the set agrees with std::set, fingerprints alike in their low or high bits included") {
    FingerprintSet set;
    std::set<uint64_t> expected;
    Prng prng(1);
    const auto draw = [&] {
        const uint64_t n = prng.below(3000);
        switch (prng.below(3)) {
            case 0:
                return (n + 2) << 40;
            case 1:
                return n + 2;
            default:
                return (n + 2) * 0x9e3779b97f4a7c15;
        }
    };
    for (int i = 0; i < 20'000; ++i) {
        const uint64_t fingerprint = draw();
        REQUIRE(set.insert(fingerprint) == expected.insert(fingerprint).second);
        REQUIRE(set.size() == expected.size());
        const uint64_t other = draw();
        REQUIRE(set.contains(other) == expected.contains(other));
    }
}

TEST_CASE("zero can be in the set") {
    FingerprintSet set;
    CHECK(set.insert(0));
    CHECK(set.contains(0));
    CHECK(!set.insert(0));
}

TEST_CASE("a large set holds at most 19 bytes an entry") {
    FingerprintSet set;
    Prng prng(2);
    for (int i = 0; i < 500'000; ++i)
        set.insert(prng.next());
    CHECK(set.bytes() < set.size() * 19);
}
