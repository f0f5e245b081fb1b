#include "crawl/idle_watch.h"

#include <doctest/doctest.h>

#include <initializer_list>

using namespace crawld;

namespace {

bool poll(IdleWatch& watch, std::initializer_list<LoopRest> loops, bool nothing_else = true) {
    watch.begin();
    for (const LoopRest& loop : loops)
        watch.answer(loop);
    CHECK_EQ(watch.answers(), loops.size());
    return watch.came_to_rest(nothing_else);
}

}  // namespace

TEST_CASE("all loops quiet in two polls, and nothing passed on: that is the end, told once") {
    IdleWatch watch;
    CHECK_FALSE(poll(watch, {{true, 3}, {true, 4}}));
    CHECK(poll(watch, {{true, 3}, {true, 4}}));
    CHECK_FALSE(poll(watch, {{true, 3}, {true, 4}}));
}

TEST_CASE("a link that bounces between two loops, each quiet whenever it is asked, is no rest") {
    IdleWatch watch;
    for (uint64_t n = 1; n < 100; ++n)
        CHECK_FALSE(poll(watch, {{true, n}, {true, n}}));
    CHECK(poll(watch, {{true, 99}, {true, 99}}));
}

TEST_CASE("one loop that works, or work that no loop knows of, begins the count anew") {
    IdleWatch watch;
    CHECK_FALSE(poll(watch, {{true, 0}, {true, 0}}));
    CHECK_FALSE(poll(watch, {{true, 0}, {false, 0}}));
    CHECK_FALSE(poll(watch, {{true, 0}, {true, 0}}));
    CHECK_FALSE(poll(watch, {{true, 0}, {true, 0}}, false));
    CHECK_FALSE(poll(watch, {{true, 0}, {true, 0}}));
    CHECK(poll(watch, {{true, 0}, {true, 0}}));
}

TEST_CASE("what moved after a rest may come to rest again") {
    IdleWatch watch;
    CHECK_FALSE(poll(watch, {{true, 1}}));
    CHECK(poll(watch, {{true, 1}}));
    CHECK_FALSE(poll(watch, {{true, 2}}));
    CHECK(poll(watch, {{true, 2}}));
}
