#include "politeness/answer_ring.h"

#include <doctest/doctest.h>

#include <deque>

#include "base/prng.h"

using namespace crawld;

TEST_CASE("the ring behaves as a deque through growth and wrap-around") {
    Prng prng(1);
    AnswerRing ring;
    std::deque<Instant> model;
    for (int64_t us = 1; us < 20'000; ++us) {
        if (!model.empty() && prng.below(100) < 49) {
            ring.pop_oldest();
            model.pop_front();
        } else {
            ring.push(instant_from_us(us));
            model.push_back(instant_from_us(us));
        }
        REQUIRE_EQ(ring.size(), model.size());
        if (model.empty()) continue;
        const size_t nth = 1 + prng.below(model.size());
        REQUIRE_EQ(ring.newest(nth), model[model.size() - nth]);
        REQUIRE_EQ(ring.oldest(), model.front());
    }
}
