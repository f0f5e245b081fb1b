#include "support/sim_loop.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace crawld;

TEST_CASE("SimLoop: a day passes at once and timers fire in order at their times") {
    SimLoop loop;
    const Instant start = loop.now();
    std::vector<std::pair<char, Instant>> fired;
    auto late = loop.make_timer("late", [&] { fired.emplace_back('l', loop.now()); });
    auto early = loop.make_timer("early", [&] { fired.emplace_back('e', loop.now()); });
    late->arm(start + hours(24));
    early->arm(start + seconds(1));
    loop.run_until(start + hours(25));
    REQUIRE(fired.size() == 2);
    CHECK(fired[0] == std::pair{'e', start + seconds(1)});
    CHECK(fired[1] == std::pair{'l', start + hours(24)});
    CHECK(loop.now() == start + hours(25));
    CHECK(loop.wall() == wall_from_us(1'767'225'600'000'000) + hours(25));
}

TEST_CASE("SimLoop: what happens at the same time happens in the order of arming, posts first") {
    SimLoop loop;
    std::string order;
    auto b = loop.make_timer("b", [&] { order += 'b'; });
    auto a = loop.make_timer("a", [&] {
        order += 'a';
        loop.post([&] { order += 'p'; });
    });
    a->arm(loop.now() + seconds(1));
    b->arm(loop.now() + seconds(1));
    CHECK(loop.run_until_idle(loop.now() + seconds(2)));
    CHECK(order == "apb");
}

TEST_CASE("SimLoop: arming again replaces, cancelling and destroying forget") {
    SimLoop loop;
    int fired = 0;
    auto moved = loop.make_timer("moved", [&] { ++fired; });
    auto cancelled = loop.make_timer("cancelled", [&] { fired += 10; });
    auto gone = loop.make_timer("gone", [&] { fired += 100; });
    const Instant start = loop.now();
    moved->arm(start + seconds(1));
    moved->arm(start + seconds(3));
    cancelled->arm(start + seconds(1));
    cancelled->cancel();
    gone->arm(start + seconds(1));
    gone.reset();
    loop.run_until(start + seconds(2));
    CHECK(fired == 0);
    loop.run_until(start + seconds(3));
    CHECK(fired == 1);
    CHECK(loop.timers_armed() == 0);
}

TEST_CASE("SimLoop: a task may end its own timer") {
    SimLoop loop;
    std::unique_ptr<Timer> timer;
    std::string proof;
    timer = loop.make_timer("self", [&timer, &proof, text = std::string("still here")] {
        timer.reset();
        proof = text;
    });
    timer->arm(loop.now());
    CHECK(loop.run_until_idle(loop.now()));
    CHECK(proof == "still here");
}

TEST_CASE("SimLoop: the turn follows every event, and a limit ends a run that never gets idle") {
    SimLoop loop;
    int turns = 0;
    loop.set_turn([&] { ++turns; });
    std::unique_ptr<Timer> tick;
    tick = loop.make_timer("tick", [&] { tick->arm(loop.now() + seconds(1)); });
    tick->arm(loop.now() + seconds(1));
    CHECK_FALSE(loop.run_until_idle(loop.now() + seconds(10)));
    CHECK(turns == 10);
    CHECK(loop.events() == 10);
}

TEST_CASE("SimLoop: the wall clock may jump, the boot clock does not") {
    SimLoop loop;
    const Instant now = loop.now();
    const WallTime wall = loop.wall();
    loop.jump_wall(-hours(3));
    CHECK(loop.now() == now);
    CHECK(loop.wall() == wall - hours(3));
}

TEST_CASE("SimExecutor: jobs run in order after the delay, and the queue is bounded") {
    SimLoop loop;
    SimExecutor executor(loop, seconds(2), 2);
    const Instant start = loop.now();
    std::string order;
    CHECK(executor.try_submit([&] { order += '1'; }));
    loop.run_for(seconds(1));
    CHECK(executor.try_submit([&] { order += '2'; }));
    CHECK_FALSE(executor.try_submit([&] { order += '3'; }));
    CHECK(order.empty());
    loop.run_until(start + seconds(2));
    CHECK(order == "1");
    CHECK(loop.run_until_idle(start + hours(1)));
    CHECK(order == "12");
    CHECK(loop.now() == start + seconds(3));
}
