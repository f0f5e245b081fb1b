// The bound of contract.md P1 as a simulated server sees it, over random schedules.
//
// A client sends requests to hosts, each through the gates of its host, domain, address and the
// process. Between dispatch, receipt and first byte lie random delays, so that requests overtake
// each other; some never arrive, some arrive and are never answered. Meanwhile the limits are
// reloaded, and the client is stopped and started, cleanly or not. The server's log then has to
// hold, for each key and each window that any of the requests was sent under,
// s(k+N) - s(k) >= P.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <vector>

#include "base/prng.h"
#include "politeness/gate.h"

using namespace crawld;

namespace {

Duration ms(uint64_t n) {
    return milliseconds(static_cast<int64_t>(n));
}

// One line of a server's log for one key.
struct Received {
    Instant at;
    size_t limits;  // which of the key's limits the request was sent under
};
constexpr size_t kLimitsForgotten = std::numeric_limits<size_t>::max();

// One limiter key, its gate, and what the server saw of it.
struct Key {
    Gate gate;
    std::vector<Limits> history;
    std::vector<Received> log;

    explicit Key(const Limits& limits) : gate(limits), history{limits} {}

    void reload(const Limits& limits, Instant now) {
        gate.set_limits(limits, now);
        history.push_back(limits);
    }
    // After a crash only the limits in force are known, not those that a reload had replaced: what
    // they asked for has to have held until here.
    void crash(Instant start) {
        violations_before_crash_ = violations();
        for (Received& request : log)
            if (request.limits + 1 != history.size()) request.limits = kLimitsForgotten;
        gate = Gate(gate.limits());
        gate.block_all(start);
    }
    // The windows that are exceeded in the log.
    int violations() {
        int found = violations_before_crash_;
        std::sort(log.begin(), log.end(),
                  [](const Received& a, const Received& b) { return a.at < b.at; });
        for (size_t version = 0; version < history.size(); ++version)
            for (const Window& window : history[version].windows)
                found += exceeded(window, version) ? 1 : 0;
        return found;
    }
    // More than window.count within less than its period, one of them sent under these limits.
    bool exceeded(const Window& window, size_t version) const {
        for (size_t k = 0; k + window.count < log.size(); ++k) {
            const auto first = log.begin() + static_cast<std::ptrdiff_t>(k);
            const auto last = first + window.count;
            if (last->at - first->at < window.period &&
                std::any_of(first, last + 1,
                            [&](const Received& request) { return request.limits == version; }))
                return true;
        }
        return false;
    }

    int violations_before_crash_ = 0;
};

constexpr size_t kKeysPerRequest = 4;  // host, domain, address, process

// A request under way. It passes the times below in order; kNever: it does not come to that.
struct Request {
    std::array<size_t, kKeysPerRequest> keys{};
    std::array<size_t, kKeysPerRequest> limits{};
    Instant taken;
    Instant received = kNever;
    Instant answered = kNever;
    Instant finished = kNever;
    bool was_received = false;
    bool was_answered = false;

    Instant next() const {
        if (!was_received && received != kNever) return std::min(received, answered);
        return was_answered ? finished : answered;
    }
};

class Schedule {
  public:
    explicit Schedule(uint64_t seed) : prng_(seed) {
        hosts_ = 1 + prng_.below(3);
        const size_t keys = hosts_ + 2 * kDomains + 1;
        delay_ = 1 + prng_.below(60);
        for (size_t i = 0; i < keys; ++i)
            keys_.emplace_back(random_limits());
        tells_when_taken_ = prng_.below(2) == 0;
        if (prng_.below(4) == 0) crash();
    }

    // False: the schedule came to a stand with requests left to send.
    bool run(int requests) {
        while (requests > 0 || !flying_.empty()) {
            if (prng_.below(40) == 0) {
                disturb();
                continue;
            }
            Instant next = kNever;
            if (requests > 0) {
                const size_t host = prng_.below(hosts_);
                const auto keys = keys_of(host);
                Instant opens = now_;
                for (const size_t key : keys)
                    opens = std::max(opens, keys_[key].gate.opens_at(now_));
                if (opens <= now_) {
                    dispatch(keys);
                    --requests;
                    continue;
                }
                next = opens;
            }
            for (const Request& request : flying_)
                next = std::min(next, request.next());
            if (next == kNever) return false;
            now_ = std::max(now_, next);
            progress();
        }
        return true;
    }

    int violations() {
        int found = 0;
        for (Key& key : keys_)
            found += key.violations();
        return found;
    }
    size_t received() const { return keys_.back().log.size(); }

  private:
    static constexpr size_t kDomains = 2;

    Limits random_limits() {
        Limits limits;
        for (uint64_t n = prng_.below(3); n > 0; --n)
            limits.windows.push_back(
                {static_cast<uint32_t>(1 + prng_.below(5)), ms(1 + prng_.below(200))});
        limits.concurrency = static_cast<uint32_t>(prng_.below(5));
        return limits;
    }

    // One address and one domain per pair of hosts, but not the same pairs.
    std::array<size_t, kKeysPerRequest> keys_of(size_t host) const {
        return {host, hosts_ + host % kDomains, hosts_ + kDomains + host / kDomains,
                keys_.size() - 1};
    }

    void dispatch(const std::array<size_t, kKeysPerRequest>& keys) {
        Request request{.keys = keys, .taken = now_};
        for (size_t i = 0; i < keys.size(); ++i) {
            Key& key = keys_[keys[i]];
            key.gate.take(now_);
            request.limits[i] = key.history.size() - 1;
        }
        const Instant arrival = now_ + delay();
        switch (prng_.below(10)) {
            case 0:  // never arrives
                request.answered = request.finished = now_ + 3 * delay();
                break;
            case 1:  // arrives, but no byte comes back
                request.received = arrival;
                request.answered = request.finished = arrival + 3 * delay();
                break;
            default:
                request.received = arrival;
                request.answered = arrival + delay();
                request.finished = request.answered + delay();
        }
        flying_.push_back(request);
    }

    // Mostly short, sometimes as long as the windows: so requests overtake each other.
    Duration delay() { return ms(prng_.below(prng_.below(5) == 0 ? 4 * delay_ : delay_)); }

    void receive(const Request& request, Instant at) {
        for (size_t i = 0; i < request.keys.size(); ++i)
            keys_[request.keys[i]].log.push_back({at, request.limits[i]});
    }

    void progress() {
        for (Request& request : flying_) {
            if (!request.was_received && request.received <= now_) {
                request.was_received = true;
                receive(request, request.received);
            }
            if (!request.was_answered && request.answered <= now_) {
                request.was_answered = true;
                for (const size_t key : request.keys)
                    answer(keys_[key].gate, request);
            }
            if (request.was_answered && request.finished <= now_)
                for (const size_t key : request.keys)
                    keys_[key].gate.finished();
        }
        std::erase_if(flying_, [&](const Request& request) {
            return request.was_answered && request.finished <= now_;
        });
    }

    void answer(Gate& gate, const Request& request) {
        if (tells_when_taken_)
            gate.answered(now_, request.taken);
        else
            gate.answered(now_);
    }

    void disturb() {
        switch (prng_.below(6)) {
            case 0:
                crash();
                break;
            case 1:
                if (flying_.empty()) restart();
                break;
            case 2:
                keys_[prng_.below(keys_.size())].gate.not_before(now_ + delay());
                break;
            default:
                keys_[prng_.below(keys_.size())].reload(random_limits(), now_);
        }
    }

    // What was under way still arrives, but not after the next start.
    void crash() {
        const Instant start = now_ + delay();
        for (const Request& request : flying_)
            if (!request.was_received && request.received != kNever)
                receive(request, std::min(request.received, start));
        flying_.clear();
        for (Key& key : keys_)
            key.crash(start);
        now_ = start;
    }

    void restart() {
        for (Key& key : keys_) {
            std::string saved;
            key.gate.save(saved);
            if (prng_.below(2) == 0) key.history.push_back(random_limits());
            key.gate = Gate::restore(saved, key.history.back(), now_, Gate::kAnyPause);
        }
        now_ += delay();
    }

    Prng prng_;
    size_t hosts_ = 0;
    uint64_t delay_ = 0;
    bool tells_when_taken_ = false;
    std::vector<Key> keys_;  // hosts, domains, addresses, the process
    std::vector<Request> flying_;
    Instant now_{hours(1)};
};

// The rate at which one key is asked by a client that always has a request to send. Responses take
// `response` with jitter of a half.
double achieved_rate(const Limits& limits, Duration response, uint64_t seed) {
    constexpr Duration kRun = hours(2);
    Prng prng(seed);
    Gate gate(limits);
    Instant now{hours(1)};
    const Instant end = now + kRun;
    std::vector<Instant> answers;
    uint64_t sent = 0;
    while (now < end) {
        if (gate.open(now)) {
            gate.take(now);
            ++sent;
            const double jitter = 0.5 + prng.unit();
            answers.push_back(now + duration_cast<Duration>(response * jitter));
            continue;
        }
        Instant next = gate.opens_at(now);
        for (const Instant answer : answers)
            next = std::min(next, answer);
        now = std::max(now, next);
        std::erase_if(answers, [&](Instant answer) {
            if (answer > now) return false;
            gate.answered(now);
            gate.finished();
            return true;
        });
    }
    return static_cast<double>(sent) / to_seconds(kRun);
}

}  // namespace

TEST_CASE("P1, P4, D4: no window is ever exceeded as the server receives it") {
    constexpr uint64_t kSchedules = 120'000;
    size_t received = 0;
    for (uint64_t seed = 0; seed < kSchedules; ++seed) {
        Schedule schedule(seed);
        REQUIRE_MESSAGE(schedule.run(24), "stands still, seed ", seed);
        REQUIRE_MESSAGE(schedule.violations() == 0, "seed ", seed);
        received += schedule.received();
    }
    MESSAGE(kSchedules, " schedules, ", received, " requests received");
    CHECK_GT(received, kSchedules * 12);
}

TEST_CASE("P5: on an idle, fast host the rate is at least 95 % of N / (P + mean response time)") {
    struct Case {
        Limits limits;
        Duration response;
    };
    const std::vector<Case> cases{
        {{{{1, seconds(1)}}, 1}, milliseconds(50)},
        {{{{1, seconds(1)}}, 1}, milliseconds(400)},
        {{{{10, seconds(1)}}, 4}, milliseconds(20)},
        {{{{10, seconds(1)}}, 0}, milliseconds(300)},
        {{{{60, minutes(5)}}, 1}, milliseconds(200)},
        {{{{1, seconds(1)}, {60, minutes(5)}}, 1}, milliseconds(100)},
        {{{{5, seconds(1)}, {100, minutes(1)}}, 2}, milliseconds(30)},
        {{{{1000, seconds(10)}}, 16}, milliseconds(40)},
    };
    for (const auto& [limits, response] : cases) {
        double bound = 1e9;
        for (const Window& window : limits.windows)
            bound = std::min(bound, window.count / to_seconds(window.period + response));
        const double rate = achieved_rate(limits, response, 1);
        CHECK_GE(rate, 0.95 * bound);
        // A rate above the window itself would be a broken window, or a broken test.
        for (const Window& window : limits.windows)
            CHECK_LE(rate, 1.01 * window.count / to_seconds(window.period));
    }
}
