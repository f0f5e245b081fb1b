#include "base/prng.h"

#include <doctest/doctest.h>

#include <array>

using namespace crawld;

// The first values of SplitMix64 for the seed 1234567, from its authors' reference code.
TEST_CASE("a seed gives the sequence of SplitMix64") {
    Prng prng(1234567);
    for (uint64_t expected : {6457827717110365317U, 3203168211198807973U, 9817491932198370423U,
                              4593380528125082431U, 16408922859458223821U})
        CHECK_EQ(prng.next(), expected);
}

TEST_CASE("below() reaches every value and no other") {
    Prng prng(7);
    std::array<int, 10> seen{};
    for (int i = 0; i < 10'000; ++i)
        ++seen.at(prng.below(10));
    for (int count : seen) {
        CHECK_GT(count, 800);
        CHECK_LT(count, 1'200);
    }
    CHECK_EQ(prng.below(1), 0);
}

TEST_CASE("unit() is in [0, 1) and even") {
    Prng prng(7);
    double sum = 0;
    for (int i = 0; i < 10'000; ++i) {
        const double value = prng.unit();
        CHECK_GE(value, 0);
        CHECK_LT(value, 1);
        sum += value;
    }
    CHECK_GT(sum, 4'800);
    CHECK_LT(sum, 5'200);
}
