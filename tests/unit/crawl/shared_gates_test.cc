#include "crawl/shared_gates.h"

#include <doctest/doctest.h>

using namespace crawld;

namespace {

constexpr Instant kStart = instant_from_us(1'000'000'000);
constexpr uint64_t kIp = 7;
constexpr uint64_t kOtherIp = 8;
const Limits kNone;

Limits windows(uint32_t count, Duration period) {
    return {.windows = {{count, period}}, .concurrency = 0};
}
Limits concurrency(uint32_t count) {
    return {.windows = {}, .concurrency = count};
}

// A request that is answered and over at once.
void request(SharedGates& gates, uint64_t ip, Instant now) {
    REQUIRE(gates.try_take(ip, now));
    gates.answered(ip, now, now);
    gates.finished(ip);
    gates.retired();
}

void sweep(SharedGates& gates, Instant now) {
    for (size_t shard = 0; shard < kShards; ++shard)
        gates.sweep(shard, now);
}

}  // namespace

TEST_CASE("each address has a window of its own") {
    SharedGates gates(windows(1, seconds(1)), kNone, kAlways);
    request(gates, kIp, kStart);
    CHECK_EQ(gates.opens_at(kIp, kStart, 0).at, kStart + seconds(1));
    CHECK_FALSE(gates.opens_at(kIp, kStart, 0).global);
    CHECK_FALSE(gates.try_take(kIp, kStart));
    CHECK(gates.try_take(kOtherIp, kStart));
    CHECK(gates.try_take(kIp, kStart + seconds(1)));
}

TEST_CASE("all addresses share the window of the process") {
    SharedGates gates(kNone, windows(1, seconds(1)), kAlways);
    request(gates, kIp, kStart);
    const auto opening = gates.opens_at(kOtherIp, kStart, 0);
    CHECK_EQ(opening.at, kStart + seconds(1));
    CHECK(opening.global);
    CHECK_FALSE(gates.try_take(kOtherIp, kStart));
}

TEST_CASE("a request that does not fit one takes nothing of the other") {
    SharedGates gates(concurrency(1), concurrency(2), kAlways);
    REQUIRE(gates.try_take(kIp, kStart));
    CHECK_FALSE(gates.try_take(kIp, kStart));
    CHECK(gates.try_take(kOtherIp, kStart));
}

TEST_CASE("a loop that found a gate shut is told once when a request ends, and which gate") {
    SharedGates gates(concurrency(1), kNone, kAlways);
    REQUIRE(gates.try_take(kIp, kStart));
    CHECK_EQ(gates.opens_at(kIp, kStart, 3).at, kNever);
    CHECK_EQ(gates.opens_at(kIp, kStart, 5).at, kNever);
    const auto at_answer = gates.answered(kIp, kStart, kStart);
    CHECK_EQ(at_answer.ip, (uint64_t{1} << 3 | uint64_t{1} << 5));
    CHECK_EQ(at_answer.global, 0);
    CHECK_EQ(gates.finished(kIp).ip, 0);
}

TEST_CASE("a loop that waits for the process is told by a request of any address") {
    SharedGates gates(kNone, concurrency(1), kAlways);
    REQUIRE(gates.try_take(kIp, kStart));
    CHECK_EQ(gates.opens_at(kOtherIp, kStart, 63).at, kNever);
    gates.answered(kIp, kStart, kStart);
    CHECK_EQ(gates.opens_at(kOtherIp, kStart, 63).at, kNever);
    CHECK_EQ(gates.finished(kIp).global, 0);
    CHECK_EQ(gates.opens_at(kOtherIp, kStart, 63).at, kNever);  // finished is not committed
    CHECK_EQ(gates.under_way(), 1);
    const auto at_end = gates.retired();
    CHECK_EQ(gates.under_way(), 0);
    CHECK_EQ(at_end.global, uint64_t{1} << 63);
    CHECK_EQ(at_end.ip, 0);
    CHECK(gates.try_take(kOtherIp, kStart));
}

TEST_CASE("an address has room when its request is over, long before the visit is committed") {
    SharedGates gates(concurrency(1), kNone, kAlways);
    REQUIRE(gates.try_take(kIp, kStart));
    gates.answered(kIp, kStart, kStart);
    CHECK_FALSE(gates.try_take(kIp, kStart));
    gates.finished(kIp);
    CHECK(gates.try_take(kIp, kStart));
    CHECK_EQ(gates.under_way(), 2);
}

TEST_CASE("pages done and pages under way together are never more than the limit") {
    std::atomic<uint64_t> done = 7;
    SharedGates gates(kNone, kNone, kAlways);
    gates.set_pages(done, 10);
    for (int i = 0; i < 3; ++i)
        REQUIRE(gates.try_take(kIp, kStart));
    CHECK(gates.pages_used_up());
    CHECK_FALSE(gates.try_take(kOtherIp, kStart));
    gates.answered(kIp, kStart, kStart);
    gates.finished(kIp);
    CHECK_FALSE(gates.try_take(kOtherIp, kStart));
    gates.retired();  // without a response: it was no page
    CHECK_FALSE(gates.pages_used_up());
    CHECK(gates.try_take(kOtherIp, kStart));
    gates.set_pages(done, 0);
    CHECK_FALSE(gates.pages_used_up());
    CHECK(gates.try_take(kOtherIp, kStart));
}

TEST_CASE("a gate that opens by time tells nobody") {
    SharedGates gates(windows(1, seconds(1)), kNone, kAlways);
    request(gates, kIp, kStart);
    gates.opens_at(kIp, kStart, 3);
    REQUIRE(gates.try_take(kIp, kStart + seconds(1)));
    CHECK_EQ(gates.answered(kIp, kStart + seconds(1), kStart + seconds(1)).ip, 0);
}

TEST_CASE("after a crash every address and the process count as full for their periods") {
    SharedGates gates(windows(10, seconds(2)), windows(100, seconds(5)), kStart);
    const auto opening = gates.opens_at(kIp, kStart + seconds(3), 0);
    CHECK_EQ(opening.at, kStart + seconds(5));
    CHECK(opening.global);
    CHECK(gates.try_take(kIp, kStart + seconds(5)));
    SharedGates ip_only(windows(10, seconds(2)), kNone, kStart);
    CHECK_EQ(ip_only.opens_at(kIp, kStart + seconds(1), 0).at, kStart + seconds(2));
}

TEST_CASE("a time that goes back is the latest one seen") {
    SharedGates gates(windows(1, seconds(1)), kNone, kAlways);
    REQUIRE(gates.try_take(kIp, kStart + milliseconds(5)));
    gates.answered(kIp, kStart, kStart + milliseconds(5));
    gates.finished(kIp);
    CHECK_EQ(gates.opens_at(kIp, kStart, 0).at, kStart + milliseconds(5) + seconds(1));
}

TEST_CASE("new limits act at once, on addresses that are known and on new ones") {
    SharedGates gates(windows(1, seconds(1)), kNone, kAlways);
    request(gates, kIp, kStart);
    gates.set_limits(windows(1, seconds(9)), kNone, kStart);
    CHECK_EQ(gates.opens_at(kIp, kStart + seconds(2), 0).at, kStart + seconds(9));
    // It may have been used, and forgotten, before there was such a window.
    CHECK_EQ(gates.opens_at(kOtherIp, kStart + seconds(2), 0).at, kStart + seconds(9));
    request(gates, kOtherIp, kStart + seconds(9));
    CHECK_EQ(gates.opens_at(kOtherIp, kStart + seconds(9), 0).at, kStart + seconds(18));
}

TEST_CASE("a sweep forgets idle addresses, and none whose window holds a slot") {
    SharedGates gates(windows(1, seconds(10)), kNone, kAlways);
    request(gates, kIp, kStart);
    REQUIRE(gates.try_take(kOtherIp, kStart));
    sweep(gates, kStart + seconds(9));
    CHECK_EQ(gates.size(), 2);
    sweep(gates, kStart + seconds(10));
    CHECK_EQ(gates.size(), 1);  // the one in flight
}

TEST_CASE("what was saved after a clean stop is exact") {
    SharedGates gates(windows(2, seconds(10)), windows(3, seconds(20)), kAlways);
    request(gates, kIp, kStart);
    request(gates, kIp, kStart + seconds(1));
    std::string saved;
    gates.save(saved);
    SharedGates again(windows(2, seconds(10)), windows(3, seconds(20)), kAlways);
    again.restore(saved, kStart + seconds(2));
    CHECK_EQ(again.opens_at(kIp, kStart + seconds(2), 0).at, kStart + seconds(10));
    request(again, kOtherIp, kStart + seconds(3));
    CHECK_EQ(again.opens_at(kOtherIp, kStart + seconds(4), 0).at, kStart + seconds(20));
}

TEST_CASE("saved gates that cannot be read count as full") {
    SharedGates gates(kNone, windows(3, seconds(20)), kAlways);
    gates.restore("\x03what", kStart);
    CHECK_EQ(gates.opens_at(kIp, kStart, 0).at, kStart + seconds(20));
}
