#include <doctest/doctest.h>
#include <pthread.h>
#include <signal.h>

#include <array>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "loop/executor.h"

using namespace crawld;

namespace {

WorkerPoolOptions named(std::string name, size_t queue_max = 64) {
    return {.name = std::move(name), .threads = 1, .queue_max = queue_max, .stack_bytes = 1 << 20};
}

std::unique_ptr<WorkerPool> made(WorkerPoolOptions options) {
    auto pool = WorkerPool::make(std::move(options));
    REQUIRE(pool.has_value());
    return std::move(*pool);
}

// Occupies the only thread of a pool until opened.
class Blocker {
  public:
    explicit Blocker(WorkerPool& pool) {
        std::promise<void> begun;
        auto entered = begun.get_future();
        REQUIRE(pool.try_submit([this, &begun] {
            begun.set_value();
            gate_.get_future().wait();
        }));
        entered.wait();
    }
    void open() { gate_.set_value(); }

  private:
    std::promise<void> gate_;
};

}  // namespace

TEST_CASE("WorkerPool: one thread keeps the order, and destruction finishes what is queued") {
    std::vector<int> order;
    {
        const auto pool = made(named("order", 1000));
        for (int i = 0; i < 500; ++i)
            REQUIRE(pool->try_submit([&order, i] { order.push_back(i); }));
    }
    REQUIRE(order.size() == 500);
    for (size_t i = 0; i < order.size(); ++i)
        CHECK(order[i] == static_cast<int>(i));
}

TEST_CASE("WorkerPool: destruction ends a job that submits itself again") {
    auto pool = made(named("again"));
    std::function<void()> again = [&again, workers = pool.get()] {
        (void)workers->try_submit(again);
    };
    REQUIRE(pool->try_submit(again));
    pool.reset();
}

TEST_CASE("WorkerPool: a full queue refuses and takes again when there is room") {
    const auto pool = made(named("full", 2));
    Blocker blocker(*pool);
    CHECK(pool->try_submit([] {}));
    CHECK(pool->try_submit([] {}));
    CHECK_FALSE(pool->try_submit([] {}));
    CHECK(pool->queued() == 2);
    blocker.open();
    while (pool->queued() == 2)
        std::this_thread::yield();
    CHECK(pool->try_submit([] {}));
}

TEST_CASE("WorkerPool: threads have their name, the stack asked for and no signals") {
    std::promise<std::string> name;
    std::promise<size_t> stack;
    std::promise<bool> blocked;
    WorkerPoolOptions options = named("a-long-pool-name");
    options.stack_bytes = 8 << 20;
    const auto pool = made(options);
    REQUIRE(pool->try_submit([&] {
        std::array<char, 16> text{};
        pthread_getname_np(pthread_self(), text.data(), text.size());
        name.set_value(text.data());
        pthread_attr_t attributes;
        size_t bytes = 0;
        pthread_getattr_np(pthread_self(), &attributes);
        pthread_attr_getstacksize(&attributes, &bytes);
        pthread_attr_destroy(&attributes);
        stack.set_value(bytes);
        sigset_t mask;
        pthread_sigmask(SIG_SETMASK, nullptr, &mask);
        blocked.set_value(sigismember(&mask, SIGTERM) == 1 && sigismember(&mask, SIGHUP) == 1);
    }));
    CHECK(name.get_future().get() == "a-long-pool--0");
    CHECK(stack.get_future().get() >= size_t{8} << 20);
    CHECK(blocked.get_future().get());
}

TEST_CASE("WorkerPool: several threads run at the same time") {
    const auto pool = made({.name = "wide", .threads = 2, .queue_max = 8, .stack_bytes = 1 << 20});
    // Each job waits for the other: one thread alone would never finish.
    std::array<std::promise<void>, 2> here;
    std::array<std::promise<void>, 2> done;
    for (size_t i = 0; i < 2; ++i) {
        REQUIRE(pool->try_submit([&here, &done, i] {
            here[i].set_value();
            here[1 - i].get_future().wait();
            done[i].set_value();
        }));
    }
    done[0].get_future().wait();
    done[1].get_future().wait();
    CHECK(pool->queued() == 0);
}

TEST_CASE("WorkerPool: threads that cannot be had are an error with exit code 71") {
    WorkerPoolOptions options = named("greedy");
    options.threads = 3;
    options.stack_bytes = size_t{1} << 47;  // more than the address space has
    const auto pool = WorkerPool::make(options);
    REQUIRE_FALSE(pool.has_value());
    CHECK(exit_code(pool.error().code) == 71);
    CHECK(pool.error().message.find("thread greedy 1 of 3: ") != std::string::npos);
}
