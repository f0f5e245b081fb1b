// Gate against a slow model that keeps every request and counts them anew for every question.
#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/prng.h"
#include "politeness/gate.h"

using namespace crawld;

namespace {

constexpr Instant at(int64_t tick) {
    return Instant{hours(1)} + Duration{tick};
}

// All requests ever, and when each window was in the limits.
struct Model {
    struct Request {
        Instant taken;
        std::optional<Instant> answered;
    };
    struct Reign {
        Window window;
        std::optional<Instant> replaced;
    };
    std::vector<Request> requests;
    std::vector<Reign> reigns;
    uint32_t concurrency = 0;
    uint32_t active = 0;

    explicit Model(const Limits& limits) { set_limits(limits, at(0)); }

    static bool holds_slot(const Request& request, const Window& window, Instant now) {
        return !request.answered || *request.answered + window.period > now;
    }
    // A window rules while it is in the limits, and then while a slot taken before lives.
    bool rules(const Reign& reign, Instant now) const {
        return !reign.replaced ||
               std::any_of(requests.begin(), requests.end(), [&](const Request& request) {
                   return request.taken < *reign.replaced && holds_slot(request, reign.window, now);
               });
    }
    bool open(Instant now) const {
        if (concurrency > 0 && active >= concurrency) return false;
        return std::all_of(reigns.begin(), reigns.end(), [&](const Reign& reign) {
            return !rules(reign, now) ||
                   std::count_if(requests.begin(), requests.end(), [&](const Request& request) {
                       return holds_slot(request, reign.window, now);
                   }) < reign.window.count;
        });
    }
    Instant opens_at(Instant now, int64_t ticks_max) const {
        for (int64_t tick = 0; tick <= ticks_max; ++tick)
            if (open(now + Duration{tick})) return now + Duration{tick};
        return kNever;
    }
    void set_limits(const Limits& limits, Instant now) {
        for (Reign& reign : reigns)
            if (!reign.replaced) reign.replaced = now;
        for (const Window& window : limits.windows)
            reigns.push_back({window, std::nullopt});
        concurrency = limits.concurrency;
    }
    // The n-th oldest of the unanswered is answered. Returns when it was taken.
    Instant answer(size_t nth, Instant now) {
        for (Request& request : requests) {
            if (request.answered || nth-- > 0) continue;
            request.answered = now;
            return request.taken;
        }
        return kNever;
    }
};

// Walks all sequences of steps to a depth, comparing at each state.
struct Walk {
    uint64_t states = 0;

    void compare(const Gate& gate, const Model& model, int64_t tick) {
        ++states;
        REQUIRE_EQ(gate.opens_at(at(tick)), model.opens_at(at(tick), 8));
    }

    void step(const Gate& gate, const Model& model, int64_t tick, uint32_t unanswered, int depth) {
        compare(gate, model, tick);
        if (depth == 0) return;
        for (const int64_t pause : {1, 2})
            step(gate, model, tick + pause, unanswered, depth - 1);
        if (gate.open(at(tick))) {
            Gate next = gate;
            Model next_model = model;
            next.take(at(tick));
            next_model.requests.push_back({at(tick), std::nullopt});
            ++next_model.active;
            step(next, next_model, tick, unanswered + 1, depth - 1);
        }
        if (unanswered > 0) {
            Gate next = gate;
            Model next_model = model;
            next.answered(at(tick), next_model.answer(0, at(tick)));
            step(next, next_model, tick, unanswered - 1, depth - 1);
        }
        if (gate.in_flight() > unanswered) {
            Gate next = gate;
            Model next_model = model;
            next.finished();
            --next_model.active;
            step(next, next_model, tick, unanswered, depth - 1);
        }
    }
};

Window random_window(Prng& prng) {
    return {static_cast<uint32_t>(1 + prng.below(4)), Duration{1 + prng.below(12)}};
}

Limits random_limits(Prng& prng) {
    Limits limits;
    for (uint64_t n = prng.below(4); n > 0; --n)
        limits.windows.push_back(random_window(prng));
    limits.concurrency = static_cast<uint32_t>(prng.below(4));
    return limits;
}

// Random lives of a gate with reloads. With `exact` each limit has a window of the largest count,
// so that the gate remembers enough to be exact; otherwise it may only be later than the model.
void random_life(uint64_t seed, bool exact) {
    Prng prng(seed);
    const auto limits = [&] {
        Limits made = random_limits(prng);
        if (exact) made.windows.push_back({4, Duration{1 + prng.below(12)}});
        return made;
    };
    const Limits first = limits();
    Gate gate(first);
    Model model(first);
    uint32_t unanswered = 0;
    int64_t tick = 1;
    for (int i = 0; i < 60; ++i) {
        const Instant expected = model.opens_at(at(tick), 16);
        const Instant opens = gate.opens_at(at(tick));
        if (exact) REQUIRE_MESSAGE(opens == expected, "seed ", seed);
        REQUIRE_MESSAGE(opens >= expected, "seed ", seed);
        const uint64_t choice = prng.below(20);
        if (choice < 8 && gate.open(at(tick))) {
            gate.take(at(tick));
            model.requests.push_back({at(tick), std::nullopt});
            ++model.active;
            ++unanswered;
        } else if (choice < 12 && unanswered > 0) {
            const Instant taken = model.answer(prng.below(unanswered), at(tick));
            gate.answered(at(tick), taken);
            --unanswered;
        } else if (choice < 16 && gate.in_flight() > unanswered) {
            gate.finished();
            --model.active;
        } else if (choice == 16) {
            const Limits next = limits();
            ++tick;  // so that no request is taken in the instant of the reload
            gate.set_limits(next, at(tick));
            model.set_limits(next, at(tick));
            ++tick;
        } else if (choice == 17 && gate.in_flight() == 0 && unanswered == 0) {
            std::string saved;
            gate.save(saved);
            gate = Gate::restore(saved, gate.limits(), at(tick), Gate::kAnyPause);
        } else {
            tick += static_cast<int64_t>(1 + prng.below(4));
        }
    }
}

}  // namespace

TEST_CASE("all short lives of a gate agree with the list model") {
    const std::vector<Limits> all{
        {{{1, Duration{1}}}, 0},
        {{{1, Duration{3}}}, 0},
        {{{2, Duration{2}}}, 0},
        {{{2, Duration{3}}}, 1},
        {{{1, Duration{1}}, {2, Duration{5}}}, 0},
        {{{1, Duration{2}}, {3, Duration{6}}}, 2},
        {{}, 2},
    };
    Walk walk;
    for (const Limits& limits : all)
        walk.step(Gate(limits), Model(limits), 1, 0, 9);
    MESSAGE("states compared: ", walk.states);
    CHECK_GT(walk.states, 100'000);
}

TEST_CASE("random lives with reloads and restarts agree with the list model") {
    for (uint64_t seed = 0; seed < 20'000; ++seed)
        random_life(seed, true);
}

TEST_CASE("where a reload asks for more than is remembered the gate is late, never early") {
    for (uint64_t seed = 0; seed < 20'000; ++seed)
        random_life(seed, false);
}
