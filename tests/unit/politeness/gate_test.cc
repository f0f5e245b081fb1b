#include "politeness/gate.h"

#include <doctest/doctest.h>

#include "base/bytes.h"

using namespace crawld;

namespace {

constexpr Instant at(int64_t ms) {
    return Instant{hours(1)} + milliseconds(ms);
}

Gate with_windows(std::vector<Window> windows) {
    return Gate(Limits{std::move(windows), 0});
}

// A request that is answered `ms` after its dispatch and finished then.
void request(Gate& gate, Instant now, int64_t ms = 0) {
    gate.take(now);
    gate.answered(now + milliseconds(ms), now);
    gate.finished();
}

}  // namespace

TEST_CASE("a gate without limits is always open") {
    Gate gate{Limits{}};
    for (int i = 0; i < 100; ++i)
        gate.take(at(0));
    CHECK(gate.open(at(0)));
    CHECK_EQ(gate.in_flight(), 100);
}

TEST_CASE("a slot is taken at dispatch and becomes free one period after the answer") {
    Gate gate = with_windows({{1, seconds(1)}});
    CHECK_EQ(gate.opens_at(at(0)), at(0));
    gate.take(at(0));
    CHECK_EQ(gate.opens_at(at(5'000)), kNever);
    gate.answered(at(5'000));
    gate.finished();
    CHECK_EQ(gate.opens_at(at(5'000)), at(6'000));
    CHECK_FALSE(gate.open(at(5'999)));
    CHECK(gate.open(at(6'000)));
}

TEST_CASE("every window has to have room") {
    Gate gate = with_windows({{1, seconds(1)}, {3, seconds(10)}});
    request(gate, at(0));
    request(gate, at(1'000));
    request(gate, at(2'000));
    CHECK_EQ(gate.opens_at(at(2'000)), at(10'000));
    request(gate, at(10'000));
    CHECK_EQ(gate.opens_at(at(10'000)), at(11'000));
}

TEST_CASE("concurrency counts until finished, windows until answered") {
    Gate gate{Limits{{}, 1}};
    gate.take(at(0));
    gate.answered(at(10));
    CHECK_EQ(gate.opens_at(at(10)), kNever);
    gate.finished();
    CHECK(gate.open(at(10)));
}

TEST_CASE("the later not-before wins") {
    Gate gate{Limits{}};
    gate.not_before(at(5'000));
    gate.not_before(at(3'000));
    CHECK_EQ(gate.opens_at(at(0)), at(5'000));
    CHECK_EQ(gate.not_before(), at(5'000));
    CHECK(gate.open(at(5'000)));
}

TEST_CASE("a clock that goes back frees nothing early") {
    Gate gate = with_windows({{2, seconds(1)}});
    gate.take(at(0));
    gate.take(at(0));
    gate.answered(at(500));
    gate.answered(at(400));
    CHECK_EQ(gate.opens_at(at(500)), at(1'500));
}

TEST_CASE("a tightened limit acts on the next request, with what was sent before") {
    Gate gate = with_windows({{10, seconds(1)}});
    for (int i = 0; i < 4; ++i)
        request(gate, at(i * 100));
    gate.set_limits(Limits{{{2, seconds(1)}}, 0}, at(400));
    CHECK_EQ(gate.opens_at(at(400)), at(1'200));
}

TEST_CASE("a new window that reaches back further than the answers kept errs on the late side") {
    Gate gate = with_windows({{1, seconds(1)}});
    for (int i = 0; i < 5; ++i)
        request(gate, at(i * 1'000));
    SUBCASE("five are known to have been sent: they fit six a minute") {
        gate.set_limits(Limits{{{6, minutes(1)}}, 0}, at(4'000));
        CHECK_EQ(gate.opens_at(at(5'000)), at(5'000));
    }
    SUBCASE("they fill five a minute, and may all have been the last but one") {
        gate.set_limits(Limits{{{5, minutes(1)}}, 0}, at(4'000));
        CHECK_EQ(gate.opens_at(at(5'000)), at(63'000));
    }
}

TEST_CASE("a loosened limit never frees a taken slot early") {
    Gate gate = with_windows({{1, seconds(10)}});
    request(gate, at(0));
    gate.set_limits(Limits{{{5, seconds(1)}}, 0}, at(100));
    CHECK_EQ(gate.opens_at(at(100)), at(10'000));
    SUBCASE("and acts when that slot has expired") {
        for (int i = 0; i < 5; ++i)
            request(gate, at(10'000));
        CHECK_EQ(gate.opens_at(at(10'000)), at(11'000));
    }
    SUBCASE("nor does a second reload") {
        gate.set_limits(Limits{{}, 0}, at(200));
        CHECK_EQ(gate.opens_at(at(200)), at(10'000));
    }
}

TEST_CASE("a request in flight across a loosening reload keeps its slot until its answer expires") {
    Gate gate = with_windows({{2, seconds(10)}});
    gate.take(at(0));
    gate.set_limits(Limits{{{100, seconds(1)}}, 0}, at(100));
    gate.take(at(200));
    CHECK_EQ(gate.opens_at(at(300)), kNever);
    SUBCASE("the later one is answered first, and is known to be later") {
        gate.answered(at(1'000), at(200));
        CHECK_EQ(gate.opens_at(at(1'000)), at(11'000));
        gate.answered(at(2'000), at(0));
        CHECK_EQ(gate.opens_at(at(2'000)), at(11'000));
        CHECK(gate.open(at(11'000)));
        request(gate, at(11'000));
        CHECK_EQ(gate.opens_at(at(11'000)), at(12'000));
        request(gate, at(12'000));
        CHECK(gate.open(at(12'000)));
    }
    SUBCASE("who is answered is not known: the old window stays while anything is unanswered") {
        gate.answered(at(1'000));
        CHECK_EQ(gate.opens_at(at(1'000)), at(11'000));
        gate.take(at(11'000));
        CHECK_EQ(gate.opens_at(at(11'000)), kNever);
        gate.answered(at(11'500));
        gate.answered(at(11'600));
        CHECK_EQ(gate.opens_at(at(11'600)), at(21'500));
        CHECK(gate.open(at(21'600)));
    }
}

TEST_CASE("block_all closes each window for its period, also those that are set later") {
    Gate gate = with_windows({{1, seconds(1)}, {60, minutes(5)}});
    gate.block_all(at(0));
    CHECK_EQ(gate.opens_at(at(0)), at(300'000));
    CHECK_FALSE(gate.idle(at(299'999)));
    CHECK(gate.idle(at(300'000)));
    gate.set_limits(Limits{{{100, minutes(10)}}, 0}, at(1'000));
    CHECK_EQ(gate.opens_at(at(1'000)), at(600'000));
}

TEST_CASE("block_all leaves a gate without windows open") {
    Gate gate{Limits{}};
    gate.block_all(at(0));
    CHECK(gate.open(at(0)));
}

TEST_CASE("a gate is idle when nothing of it can matter any more") {
    Gate gate = with_windows({{3, seconds(1)}});
    CHECK(gate.idle(at(0)));
    gate.take(at(0));
    CHECK_FALSE(gate.idle(at(0)));
    gate.answered(at(100));
    CHECK_FALSE(gate.idle(at(5'000)));
    gate.finished();
    CHECK_FALSE(gate.idle(at(1'099)));
    CHECK(gate.idle(at(1'100)));
    gate.not_before(at(2'000));
    CHECK_FALSE(gate.idle(at(1'999)));
    CHECK(gate.idle(at(2'000)));
}

TEST_CASE("a fading window keeps a gate from being idle") {
    Gate gate = with_windows({{1, seconds(10)}});
    request(gate, at(0));
    gate.set_limits(Limits{}, at(1));
    CHECK_FALSE(gate.idle(at(9'999)));
    CHECK(gate.idle(at(10'000)));
}

TEST_CASE("a saved gate goes on exactly where it was") {
    const Limits limits{{{2, seconds(1)}, {3, seconds(10)}}, 2};
    Gate gate{Limits{{{3, seconds(60)}}, 0}};
    request(gate, at(0));
    gate.set_limits(limits, at(10));
    request(gate, at(500));
    gate.not_before(at(700));
    std::string saved;
    gate.save(saved);
    Gate restored = Gate::restore(saved, limits, at(600), seconds(1));
    CHECK_EQ(restored.limits(), limits);
    CHECK_EQ(restored.not_before(), at(700));
    for (int i = 0; i < 8; ++i) {
        const Instant opens = gate.opens_at(at(600));
        REQUIRE_EQ(restored.opens_at(at(600)), opens);
        request(gate, opens);
        request(restored, opens);
    }
}

TEST_CASE("limits that changed between stop and start are a reload") {
    Gate gate = with_windows({{1, seconds(10)}});
    request(gate, at(0));
    std::string saved;
    gate.save(saved);
    CHECK_EQ(Gate::restore(saved, Limits{{{9, seconds(1)}}, 0}, at(5), {}).opens_at(at(5)),
             at(10'000));
    CHECK_EQ(Gate::restore(saved, Limits{{{1, seconds(30)}}, 0}, at(5), {}).opens_at(at(5)),
             at(30'000));
}

TEST_CASE("bytes that cannot be read count as a crash") {
    const Limits limits{{{2, seconds(1)}, {60, minutes(5)}}, 1};
    Gate gate(limits);
    request(gate, at(0));
    std::string saved;
    gate.save(saved);
    const auto opens = [&](std::string_view bytes) {
        return Gate::restore(bytes, limits, at(100), {}).opens_at(at(100));
    };
    CHECK_EQ(opens(saved), at(100));
    for (size_t cut = 0; cut < saved.size(); ++cut)
        CHECK_EQ(opens(std::string_view(saved).substr(0, cut)), at(300'100));
    CHECK_EQ(opens(saved + "x"), at(300'100));
    std::string other_version = saved;
    other_version[0] = 99;
    CHECK_EQ(opens(other_version), at(300'100));
}

TEST_CASE("saved answers of another boot's future are not believed") {
    Gate gate = with_windows({{1, seconds(1)}});
    request(gate, at(50'000));
    std::string saved;
    gate.save(saved);
    CHECK_EQ(Gate::restore(saved, gate.limits(), at(0), {}).opens_at(at(0)), at(1'000));
}

TEST_CASE("a saved pause is believed up to the longest one there is") {
    Gate gate = with_windows({{1, seconds(1)}});
    gate.not_before(at(500'000));
    std::string saved;
    gate.save(saved);
    const auto opens = [&](Duration pause_max) {
        return Gate::restore(saved, gate.limits(), at(0), pause_max).opens_at(at(0));
    };
    CHECK_EQ(opens(seconds(500)), at(500'000));
    CHECK_EQ(opens(seconds(60)), at(60'000));
    CHECK_EQ(opens(Gate::kAnyPause), at(500'000));
}

TEST_CASE("a saved window that fades for longer than its period is not believed") {
    Gate gate = with_windows({{1, seconds(10)}});
    request(gate, at(0));
    gate.set_limits({}, at(0));
    std::string saved;
    gate.save(saved);
    const auto bytes_of = [](Instant until) {
        std::string bytes;
        put_u64(bytes, static_cast<uint64_t>(to_us(until)));
        return bytes;
    };
    saved.replace(saved.find(bytes_of(at(10'000))), 8, bytes_of(at(10'001)));
    const Limits limits{{{1, seconds(1)}}, 0};
    CHECK_EQ(Gate::restore(saved, limits, at(0), {}).opens_at(at(0)), at(1'000));
}
