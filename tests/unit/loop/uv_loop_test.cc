#include "loop/uv_loop.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "loop/clock.h"

using namespace crawld;

namespace {

struct SocketPair {
    SocketPair() { REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) == 0); }
    ~SocketPair() {
        for (const int fd : fds)
            if (fd >= 0) close(fd);
    }
    std::array<int, 2> fds{-1, -1};
};

// What others have of the machine is in these times too: a promise holds in one of these runs, and
// a mistake shows in each.
template <class Run>
bool in_one_run(Run run) {
    for (int i = 0; i < 50; ++i)
        if (run()) return true;
    return false;
}

void spin(Duration time) {
    const Instant end = boot_now() + time;
    while (boot_now() < end) {
    }
}

}  // namespace

TEST_CASE("UvLoop: a timer never fires early, and now() inside it is its time or later") {
    UvLoop loop;
    Instant when;
    Instant fired;
    auto timer = loop.make_timer("test", [&] {
        fired = loop.now();
        loop.stop();
    });
    loop.post([&] {
        spin(milliseconds(2));  // libuv's idea of now is old: it would fire too early
        loop.update_now();
        when = loop.now() + milliseconds(5);
        timer->arm(when);
    });
    loop.run();
    CHECK(fired >= when);
    CHECK(boot_now() >= when);
}

TEST_CASE("UvLoop: arm replaces, cancel and kNever forget, the past means soon") {
    UvLoop loop;
    std::string order;
    auto cancelled = loop.make_timer("test", [&] { order += 'c'; });
    auto never = loop.make_timer("test", [&] { order += 'n'; });
    auto replaced = loop.make_timer("test", [&] { order += 'r'; });
    auto past = loop.make_timer("test", [&] { order += 'p'; });
    auto last = loop.make_timer("test", [&] { loop.stop(); });
    const Instant start = loop.now();
    cancelled->arm(start);
    cancelled->cancel();
    never->arm(start);
    never->arm(kNever);
    replaced->arm(start);
    replaced->arm(start + hours(1));
    past->arm(start - hours(1));
    last->arm(start + milliseconds(3));
    loop.run();
    CHECK(order == "p");
}

TEST_CASE("UvLoop: a timer that arms itself for soon does not starve the loop") {
    UvLoop loop;
    int fired = 0;
    std::unique_ptr<Timer> timer;
    timer = loop.make_timer("test", [&] {
        ++fired;
        timer->arm(loop.now());
    });
    timer->arm(loop.now());
    int turns = 0;
    loop.set_turn([&] {
        if (++turns == 3) loop.stop();
    });
    loop.run();
    CHECK(fired >= 2);
    CHECK(fired <= turns + 1);
}

TEST_CASE("UvLoop: a task may end its own timer") {
    UvLoop loop;
    std::unique_ptr<Timer> timer;
    std::string proof;
    timer =
        loop.make_timer("test", [&, text = std::string("a text too long for the small buffer")] {
            timer.reset();
            proof = text;
            loop.stop();
        });
    timer->arm(loop.now());
    loop.run();
    CHECK(proof == "a text too long for the small buffer");
}

TEST_CASE("UvLoop: the turn comes after a timer without waiting for anything else") {
    UvLoop loop;
    bool fired = false;
    Instant fired_at;
    Instant turn_at;
    auto timer = loop.make_timer("test", [&] {
        fired = true;
        fired_at = loop.now();
    });
    auto much_later = loop.make_timer("test", [&] { loop.stop(); });
    timer->arm(loop.now() + milliseconds(1));
    much_later->arm(loop.now() + seconds(2));
    loop.set_turn([&] {
        if (!fired) return;
        turn_at = loop.now();
        loop.stop();
    });
    loop.run();
    CHECK(turn_at - fired_at < seconds(1));
}

TEST_CASE("UvLoop: posted tasks run in order, later, and before the next turn") {
    UvLoop loop;
    std::string order;
    int turns = 0;
    loop.set_turn([&] {
        order += 'T';
        if (++turns == 2) return loop.stop();
        loop.post([&] { order += 'x'; });
        order += 't';
    });
    loop.post([&] {
        order += 'a';
        loop.post([&] { order += 'c'; });
        order += 'b';
    });
    loop.run();
    CHECK(order == "abTtcxT");
}

TEST_CASE("UvLoop: posts of many threads all arrive, each thread's in order") {
    UvLoop loop;
    constexpr int kThreads = 4;
    constexpr int kPosts = 2000;
    std::array<int, kThreads> next{};
    int arrived = 0;
    bool in_order = true;
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < kPosts; ++i) {
                loop.post([&, t, i] {
                    in_order = in_order && next[static_cast<size_t>(t)]++ == i;
                    if (++arrived == kThreads * kPosts) loop.stop();
                });
            }
        });
    }
    loop.run();
    for (std::thread& thread : threads)
        thread.join();
    CHECK(arrived == kThreads * kPosts);
    CHECK(in_order);
}

TEST_CASE("UvLoop: stop() from another thread ends a loop that waits; it can run again") {
    UvLoop loop;
    for (int round = 0; round < 2; ++round) {
        std::thread other;
        loop.post([&] { other = std::thread([&] { loop.stop(); }); });
        loop.run();
        other.join();
    }
    CHECK(true);  // reached: run() returned twice
}

TEST_CASE("UvLoop: tasks never run are destroyed with the loop") {
    const auto token = std::make_shared<int>(1);
    {
        UvLoop loop;
        loop.post([token] {});
        CHECK(token.use_count() == 2);
    }
    CHECK(token.use_count() == 1);
}

TEST_CASE("FdWatch: readable, writable, paused") {
    UvLoop loop;
    SocketPair pair;
    std::vector<int> seen;
    std::unique_ptr<FdWatch> watch;
    watch = loop.watch("test", pair.fds[0], [&](int events) {
        seen.push_back(events);
        if (seen.size() == 1) {
            watch->set(kReadable);
            REQUIRE(write(pair.fds[1], "x", 1) == 1);
        } else {
            watch->set(0);  // the byte is still there: level-triggered, but paused
            loop.post([&] { loop.stop(); });
        }
    });
    watch->set(kWritable);
    loop.run();
    CHECK(seen == std::vector<int>{kWritable, kReadable});
    watch.reset();
}

TEST_CASE("FdWatch: may end itself, and the same number may be watched again at once") {
    UvLoop loop;
    SocketPair pair;
    REQUIRE(write(pair.fds[1], "x", 1) == 1);
    std::unique_ptr<FdWatch> watch;
    std::string order;
    watch = loop.watch("test", pair.fds[0], [&](int) {
        watch.reset();
        order += '1';
        watch = loop.watch("test", pair.fds[0], [&](int) {
            order += '2';
            watch.reset();
            loop.stop();
        });
        watch->set(kReadable);
    });
    watch->set(kReadable);
    loop.run();
    CHECK(order == "12");
}

TEST_CASE("FdWatch: a socket error comes as kFdError and can be watched again after it") {
    UvLoop loop;
    std::vector<int> seen;
    std::unique_ptr<FdWatch> watch;
    // A write end of a pipe whose reader is gone reports EPOLLERR.
    std::array<int, 2> ends{};
    REQUIRE(pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) == 0);
    close(ends[0]);
    watch = loop.watch("test", ends[1], [&](int events) {
        seen.push_back(events);
        if (seen.size() == 2) return loop.stop();
        watch->set(kWritable);
    });
    watch->set(kWritable);
    loop.run();
    CHECK(seen == std::vector<int>{kFdError, kFdError});
    watch.reset();
    close(ends[1]);
}

TEST_CASE("UvLoop: a signal of the process comes as a task") {
    UvLoop loop;
    int received = 0;
    loop.on_signal(SIGUSR1, [&] {
        ++received;
        loop.stop();
    });
    loop.post([] { raise(SIGUSR1); });
    loop.run();
    CHECK(received == 1);
}

TEST_CASE("UvLoop: signals sent before the loop runs, beside other threads, are not lost") {
    UvLoop loop;
    int received = 0;
    for (const int number : {SIGUSR1, SIGUSR2})
        loop.on_signal(number, [&] {
            if (++received == 2) loop.stop();
        });
    std::thread other([] { kill(getpid(), SIGUSR1); });
    kill(getpid(), SIGUSR2);
    other.join();
    loop.run();
    CHECK(received == 2);
}

TEST_CASE("UvLoop: busy time is a stall with its phase, waiting is not") {
    CHECK(in_one_run([] {
        UvLoop loop;
        std::vector<UvLoop::Stall> stalls;
        loop.set_stall_listener({.busy = milliseconds(25), .cpu = Duration::max()},
                                [&](const UvLoop::Stall& stall) { stalls.push_back(stall); });
        auto stopper = loop.make_timer("stopper", [&] { loop.stop(); });
        auto spinner = loop.make_timer("spinner", [&] {
            spin(milliseconds(30));
            stopper->arm(loop.now() + milliseconds(1));
        });
        spinner->arm(loop.now() + milliseconds(40));  // this wait is longer than the threshold
        loop.run();
        return stalls.size() == 1 && stalls.front().phase == "spinner" &&
               stalls.front().busy >= milliseconds(30);
    }));
}

TEST_CASE("UvLoop: CPU time is a stall of its own, and the longest is known") {
    CHECK(in_one_run([] {
        UvLoop loop;
        std::vector<UvLoop::Stall> stalls;
        loop.set_stall_listener({.busy = Duration::max(), .cpu = milliseconds(10)},
                                [&](const UvLoop::Stall& stall) { stalls.push_back(stall); });
        auto stopper = loop.make_timer("stopper", [&] { loop.stop(); });
        auto burner = loop.make_timer("burner", [&] {
            const Duration before = thread_cpu();
            while (thread_cpu() - before < milliseconds(20)) {
            }
            stopper->arm(loop.now() + milliseconds(1));
        });
        auto sleeper = loop.make_timer("sleeper", [&] {
            poll(nullptr, 0, 30);  // as long as the machine is busy with something else
            burner->arm(loop.now() + milliseconds(1));
        });
        sleeper->arm(loop.now());
        loop.run();
        return stalls.size() == 1 && stalls.front().phase == "burner" &&
               stalls.front().cpu >= milliseconds(20) && loop.longest_cpu() == stalls.front().cpu;
    }));
}

TEST_CASE("UvLoop: a wait that a signal ends is no stall") {
    CHECK(in_one_run([] {
        UvLoop loop;
        bool stalled = false;
        loop.set_stall_listener({.busy = milliseconds(25), .cpu = Duration::max()},
                                [&](const UvLoop::Stall&) { stalled = true; });
        loop.on_signal(SIGALRM, [&] { loop.stop(); });
        const itimerval alarm{.it_interval = {}, .it_value = {.tv_sec = 0, .tv_usec = 60'000}};
        REQUIRE(setitimer(ITIMER_REAL, &alarm, nullptr) == 0);
        loop.run();
        return !stalled;
    }));
}

TEST_CASE("UvLoop: update_now() reads the clock within a callback") {
    UvLoop loop;
    loop.post([&] {
        const Instant before = loop.now();
        spin(milliseconds(1));
        CHECK(loop.now() == before);
        loop.update_now();
        CHECK(loop.now() >= before + milliseconds(1));
        loop.stop();
    });
    loop.run();
}
