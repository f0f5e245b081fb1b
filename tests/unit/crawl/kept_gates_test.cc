#include "crawl/kept_gates.h"

#include <doctest/doctest.h>

using namespace crawld;

namespace {

constexpr Instant kStart = instant_from_us(1'000'000'000);
constexpr HostKey kSeven{7};
constexpr Duration kPauseMax = hours(1);
const Limits kLimits{.windows = {{1, seconds(10)}}, .concurrency = 0};

void request(Gate& gate, Instant now) {
    gate.take(now);
    gate.answered(now);
    gate.finished();
}

// A host that failed until its breaker opened, as the crawler keeps it.
KeptHost tripped(Instant now) {
    PolitenessOptions options;
    Prng prng{1};
    KeptHost host{.gate = Gate(kLimits), .health = {}};
    for (uint32_t i = 0; i < options.breaker_failures; ++i)
        host.gate.not_before(host.health.observe(
            {.verdict = HostVerdict::failed, .retry_after = {}}, options, now, prng));
    REQUIRE(host.health.state(now) == HostHealth::State::open);
    return host;
}

void sweep(KeptGates& gates, Instant now) {
    for (size_t shard = 0; shard < kShards; ++shard)
        gates.sweep(shard, now);
}

}  // namespace

TEST_CASE("a host that comes back finds its slots taken") {
    KeptGates gates(kAlways, kStart);
    KeptHost host = gates.take(kSeven, kLimits, kPauseMax, kStart);
    request(host.gate, kStart);
    gates.keep(kSeven, std::move(host), kStart + seconds(1));
    CHECK_EQ(gates.size(), 1);
    CHECK_EQ(gates.take(kSeven, kLimits, kPauseMax, kStart + seconds(2))
                 .gate.opens_at(kStart + seconds(2)),
             kStart + seconds(10));
    CHECK_EQ(gates.size(), 0);
}

TEST_CASE("a sweep forgets hosts whose slots are free, and no other") {
    KeptGates gates(kAlways, kStart);
    KeptHost host = gates.take(kSeven, kLimits, kPauseMax, kStart);
    request(host.gate, kStart);
    gates.keep(kSeven, std::move(host), kStart);
    sweep(gates, kStart + seconds(9));
    CHECK_EQ(gates.size(), 1);
    sweep(gates, kStart + seconds(10));
    CHECK_EQ(gates.size(), 0);
    gates.keep(kSeven, gates.take(kSeven, kLimits, kPauseMax, kStart + seconds(11)),
               kStart + seconds(11));
    CHECK_EQ(gates.size(), 0);
}

TEST_CASE("a host whose breaker is open is kept for its sleep, and not for ever") {
    KeptGates gates(kAlways, kStart);
    gates.keep(kSeven, tripped(kStart), kStart);
    sweep(gates, kStart + minutes(59));
    const KeptHost asleep = gates.take(kSeven, kLimits, kPauseMax, kStart + minutes(59));
    CHECK_EQ(asleep.health.state(kStart + minutes(59)), HostHealth::State::open);
    gates.keep(kSeven, asleep, kStart + minutes(59));
    sweep(gates, kStart + hours(2));
    CHECK_EQ(gates.size(), 0);
}

TEST_CASE("a domain is kept while somebody holds it or its window a slot") {
    KeptGates gates(kAlways, kStart);
    auto domain = gates.domain("example.org", kLimits, kStart);
    CHECK_EQ(gates.domain("example.org", kLimits, kStart), domain);
    request(domain->gate, kStart);
    sweep(gates, kStart + seconds(20));
    CHECK_EQ(gates.size(), 1);
    request(domain->gate, kStart + seconds(20));
    domain.reset();
    sweep(gates, kStart + seconds(29));
    CHECK_EQ(gates.size(), 1);
    sweep(gates, kStart + seconds(30));
    CHECK_EQ(gates.size(), 0);
}

TEST_CASE("a domain counts what was sent before it had a limit, and after it lost it") {
    KeptGates gates(kAlways, kStart);
    const auto free = gates.domain("example.net", Limits{}, kStart);
    request(free->gate, kStart);
    CHECK_EQ(gates.domain("example.net", kLimits, kStart + seconds(1)), free);
    CHECK_EQ(free->gate.opens_at(kStart + seconds(1)), kStart + seconds(10));
    const auto domain = gates.domain("example.org", kLimits, kStart);
    request(domain->gate, kStart);
    CHECK_EQ(gates.domain("example.org", Limits{}, kStart + seconds(1)), domain);
    CHECK_EQ(domain->gate.opens_at(kStart + seconds(1)), kStart + seconds(10));
}

TEST_CASE("after a crash every host and domain counts as full for its period") {
    KeptGates gates(kStart, kStart);
    CHECK_EQ(gates.take(kSeven, kLimits, kPauseMax, kStart).gate.opens_at(kStart),
             kStart + seconds(10));
    CHECK_EQ(gates.domain("example.org", kLimits, kStart)->gate.opens_at(kStart),
             kStart + seconds(10));
}

TEST_CASE("what was saved at a clean stop is exact, and what limits nothing is not saved") {
    KeptGates gates(kAlways, kStart);
    KeptHost host = gates.take(kSeven, kLimits, kPauseMax, kStart);
    request(host.gate, kStart);
    gates.keep(kSeven, std::move(host), kStart);
    gates.domain("example.net", kLimits, kStart);
    request(gates.domain("example.org", kLimits, kStart)->gate, kStart);
    auto saved = std::make_shared<SavedGates>();
    for (size_t shard = 0; shard < kShards; ++shard)
        gates.save(shard, *saved, kStart + seconds(1));
    CHECK_EQ(saved->size(), 2);
    KeptGates again(kAlways, kStart + seconds(2));
    again.restore(saved);
    CHECK_EQ(again.take(kSeven, kLimits, kPauseMax, kStart + seconds(2))
                 .gate.opens_at(kStart + seconds(2)),
             kStart + seconds(10));
    CHECK_EQ(again.domain("example.org", kLimits, kStart + seconds(2))
                 ->gate.opens_at(kStart + seconds(2)),
             kStart + seconds(10));
}

TEST_CASE("a host that a saved state pauses for longer than pauses are is paused for that long") {
    Gate gate(kLimits);
    gate.not_before(kStart + hours(1000));
    auto saved = std::make_shared<SavedGates>();
    gate.save((*saved)[kSeven.value]);
    KeptGates gates(kAlways, kStart);
    gates.restore(saved);
    CHECK_EQ(gates.take(kSeven, kLimits, kPauseMax, kStart).gate.opens_at(kStart),
             kStart + kPauseMax);
}
