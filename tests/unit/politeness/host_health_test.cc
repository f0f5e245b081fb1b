#include "politeness/host_health.h"

#include <doctest/doctest.h>

using namespace crawld;

namespace {

constexpr Instant kStart{hours(5)};
constexpr WallTime kWall{hours(400'000)};
using State = HostHealth::State;

struct Host {
    HostHealth health;
    PolitenessOptions options;
    Prng prng{7};

    Instant observe(HostVerdict verdict, Instant now, std::optional<Duration> retry_after = {},
                    Duration gap = Duration{0}) {
        return health.observe({.verdict = verdict, .retry_after = retry_after, .gap = gap}, options,
                              now, prng);
    }
    void trip(Instant now) {
        for (uint32_t i = 0; i < options.breaker_failures; ++i)
            observe(HostVerdict::failed, now);
    }
};

// `pause` is `expected` with jitter in [0.5, 1.5).
void check_jittered(Duration pause, Duration expected) {
    CHECK_GE(pause, expected / 2);
    CHECK_LT(pause, expected + expected / 2);
}

}  // namespace

TEST_CASE("good responses ask for nothing") {
    Host host;
    CHECK_EQ(host.observe(HostVerdict::good, kStart), kAlways);
    CHECK_EQ(host.health.state(kStart), State::closed);
    CHECK(host.health.may_start(kStart, 100));
}

TEST_CASE("backoff doubles from backoff_min to backoff_max") {
    Host host;
    Instant now = kStart;
    for (const Duration expected : {minutes(1), minutes(2), minutes(4), minutes(8), minutes(16),
                                    minutes(32), minutes(60), minutes(60)}) {
        const Instant until = host.observe(HostVerdict::throttled, now);
        check_jittered(until - now, expected);
        now = until;
    }
}

TEST_CASE("no pause is longer than the longest") {
    Host host;
    host.options.retry_after_max = host.options.breaker_sleep = seconds(1);
    Instant now = kStart;
    for (int i = 0; i < 50; ++i) {
        const Instant until = host.observe(HostVerdict::throttled, now);
        CHECK_LE(until - now, longest_pause(host.options));
        now = until;
    }
    host.options.retry_after_max = hours(48);
    CHECK_EQ(longest_pause(host.options), hours(48));
    host.options.breaker_sleep = hours(72);
    CHECK_EQ(longest_pause(host.options), hours(72));
}

TEST_CASE("the jitter spreads over the whole range") {
    Duration shortest = hours(1);
    Duration longest{0};
    for (uint64_t seed = 0; seed < 200; ++seed) {
        Host host;
        host.prng = Prng(seed);
        const Duration pause = host.observe(HostVerdict::throttled, kStart) - kStart;
        shortest = std::min(shortest, pause);
        longest = std::max(longest, pause);
    }
    CHECK_LT(shortest, seconds(33));
    CHECK_GT(longest, seconds(87));
}

TEST_CASE("the first pause is at least ten gaps") {
    Host host;
    const Instant until = host.observe(HostVerdict::throttled, kStart, {}, seconds(30));
    check_jittered(until - kStart, seconds(300));
}

TEST_CASE("requests that were under way when the pause began do not double it") {
    Host host;
    const Instant until = host.observe(HostVerdict::throttled, kStart);
    CHECK_EQ(host.observe(HostVerdict::throttled, kStart + seconds(1)), until);
    CHECK_EQ(host.observe(HostVerdict::failed, kStart + seconds(2)), until);
    check_jittered(host.observe(HostVerdict::throttled, until) - until, minutes(2));
}

TEST_CASE("backoff is forgiven after ten good responses in a row, not nine") {
    for (const int good : {9, 10}) {
        Host host;
        Instant now = host.observe(HostVerdict::throttled, kStart);
        now = host.observe(HostVerdict::throttled, now);
        for (int i = 0; i < good; ++i)
            host.observe(HostVerdict::good, now);
        const Instant until = host.observe(HostVerdict::throttled, now);
        check_jittered(until - now, good == 10 ? minutes(1) : minutes(4));
    }
}

TEST_CASE("Retry-After is taken as it is, clamped, and does not double the backoff") {
    Host host;
    CHECK_EQ(host.observe(HostVerdict::throttled, kStart, seconds(7)), kStart + seconds(7));
    CHECK_EQ(host.observe(HostVerdict::throttled, kStart, hours(1000)), kStart + hours(24));
    const Instant later = kStart + hours(24);
    check_jittered(host.observe(HostVerdict::throttled, later) - later, minutes(1));
}

TEST_CASE("Retry-After on a good response counts for the host") {
    Host host;
    CHECK_EQ(host.observe(HostVerdict::good, kStart, seconds(90)), kStart + seconds(90));
}

TEST_CASE("the breaker opens after so many failures in a row") {
    Host host;
    for (int i = 0; i < 4; ++i)
        host.observe(HostVerdict::failed, kStart);
    host.observe(HostVerdict::good, kStart);
    for (int i = 0; i < 4; ++i)
        host.observe(HostVerdict::failed, kStart);
    CHECK_EQ(host.health.failures(), 4);
    CHECK_EQ(host.health.state(kStart), State::closed);
    CHECK_EQ(host.observe(HostVerdict::failed, kStart), kStart + hours(1));
    CHECK_EQ(host.health.state(kStart), State::open);
    CHECK_FALSE(host.health.may_start(kStart + minutes(59), 0));
}

TEST_CASE("throttling alone never opens the breaker, and does not interrupt a run of failures") {
    Host host;
    for (int i = 0; i < 50; ++i)
        host.observe(HostVerdict::throttled, kStart);
    CHECK_EQ(host.health.state(kStart), State::closed);
    for (int i = 0; i < 5; ++i) {
        host.observe(HostVerdict::failed, kStart);
        host.observe(HostVerdict::throttled, kStart);
    }
    CHECK_EQ(host.health.state(kStart), State::open);
}

TEST_CASE("half-open lets exactly one probe through") {
    Host host;
    host.trip(kStart);
    const Instant awake = kStart + hours(1);
    CHECK_EQ(host.health.state(awake), State::half_open);
    CHECK(host.health.may_start(awake, 0));
    CHECK_FALSE(host.health.may_start(awake, 1));
    SUBCASE("a good one closes the breaker") {
        host.observe(HostVerdict::good, awake);
        CHECK_EQ(host.health.state(awake), State::closed);
        CHECK(host.health.may_start(awake, 1));
        CHECK_EQ(host.health.failures(), 0);
    }
    SUBCASE("a failed one puts the host back to sleep") {
        CHECK_GE(host.observe(HostVerdict::failed, awake), awake + hours(1));
        CHECK_EQ(host.health.state(awake + minutes(59)), State::open);
        CHECK_EQ(host.health.state(awake + hours(1)), State::half_open);
    }
    SUBCASE("so does a throttled one") {
        CHECK_GE(host.observe(HostVerdict::throttled, awake), awake + hours(1));
        CHECK_EQ(host.health.state(awake), State::open);
    }
}

TEST_CASE("what was sent before the breaker opened neither closes it nor prolongs the sleep") {
    Host host;
    host.trip(kStart);
    host.observe(HostVerdict::good, kStart + seconds(10));
    host.observe(HostVerdict::failed, kStart + seconds(20));
    CHECK_EQ(host.health.state(kStart + minutes(59)), State::open);
    CHECK_EQ(host.health.state(kStart + hours(1)), State::half_open);
}

TEST_CASE("a saved sleep goes on after a reboot, by the wall clock") {
    Host host;
    host.trip(kStart);
    std::string saved;
    host.health.save(saved, kStart + minutes(10), kWall);
    const auto restored = [&](Instant now, WallTime wall) {
        return HostHealth::restore(saved, now, wall);
    };
    const Instant booted{seconds(3)};
    const HostHealth later = restored(booted, kWall + minutes(20));
    CHECK_EQ(later.failures(), 5);
    CHECK_EQ(later.state(booted + minutes(29)), State::open);
    CHECK_EQ(later.state(booted + minutes(30)), State::half_open);
    CHECK_EQ(restored(booted, kWall + hours(2)).state(booted), State::half_open);
    // A wall clock that was set back does not lengthen the sleep.
    const HostHealth set_back = restored(booted, kWall - hours(1000));
    CHECK_EQ(set_back.state(booted + minutes(49)), State::open);
    CHECK_EQ(set_back.state(booted + minutes(50)), State::half_open);
}

TEST_CASE("a saved backoff goes on doubling") {
    Host host;
    host.observe(HostVerdict::throttled, kStart);
    std::string saved;
    host.health.save(saved, kStart + hours(1), kWall);
    host.health = HostHealth::restore(saved, kStart + hours(1), kWall);
    const Instant now = kStart + hours(1);
    check_jittered(host.observe(HostVerdict::throttled, now) - now, minutes(2));
}

TEST_CASE("bytes that cannot be read give a host of which nothing is known") {
    Host host;
    host.trip(kStart);
    std::string saved;
    host.health.save(saved, kStart, kWall);
    for (size_t cut = 0; cut < saved.size(); ++cut) {
        const auto bytes = std::string_view(saved).substr(0, cut);
        CHECK_EQ(HostHealth::restore(bytes, kStart, kWall).state(kStart), State::closed);
    }
    const std::string noise(saved.size(), '\x7f');
    CHECK_EQ(HostHealth::restore(noise, kStart, kWall).failures(), 0);
    const std::string extreme = saved.substr(0, 14) + std::string(32, '\x7f');
    CHECK_EQ(HostHealth::restore(extreme, kStart, kWall).state(kStart), State::open);
}
