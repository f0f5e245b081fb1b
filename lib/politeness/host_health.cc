#include "politeness/host_health.h"

#include <algorithm>

#include "base/bytes.h"

namespace crawld {

namespace {

constexpr uint32_t kForgivenAfter = 10;  // good responses in a row
constexpr uint32_t kGapsMin = 10;        // a backoff is at least so many gaps
constexpr uint32_t kDoublingsMax = 32;
constexpr uint32_t kFailuresMax = 1'000'000;
constexpr uint8_t kHealthVersion = 1;
constexpr Duration kRemainingMax = hours(24 * 366 * 100);  // beyond it the bytes make no sense

// min(first x 2^doublings, longest), without overflow.
Duration doubled(Duration first, uint32_t doublings, Duration longest) {
    Duration pause = std::min(first, longest);
    for (uint32_t i = 0; i < doublings && pause < longest; ++i)
        pause = pause > longest / 2 ? longest : pause * 2;
    return pause;
}

void put_remaining(std::string& out, Instant until, Instant now, WallTime wall) {
    const Duration remaining = std::max(until - now, Duration{0});
    put_u64(out, static_cast<uint64_t>(remaining.count()));
    put_u64(out, static_cast<uint64_t>(to_us(wall + remaining)));
}

Instant read_remaining(ByteReader& in, Instant now, WallTime wall) {
    const Duration remaining{static_cast<int64_t>(in.u64())};
    const WallTime until = wall_from_us(static_cast<int64_t>(in.u64()));
    if (remaining <= Duration{0} || until <= wall) return kAlways;
    return now + std::min({until - wall, remaining, kRemainingMax});
}

}  // namespace

Duration longest_pause(const PolitenessOptions& options) {
    const Duration backoff = options.backoff_max * 2;  // jitter is less than twice
    return std::max({options.retry_after_max, backoff, options.breaker_sleep});
}

Instant HostHealth::observe(const Report& report, const PolitenessOptions& options, Instant now,
                            Prng& prng) {
    const bool probe = state(now) == State::half_open;
    if (report.verdict == HostVerdict::good && state(now) != State::open) observe_good();

    Instant not_before = kAlways;
    if (report.retry_after) {
        not_before = now + std::clamp(*report.retry_after, Duration{0}, options.retry_after_max);
    } else if (report.verdict != HostVerdict::good) {
        not_before = back_off(report, options, now, prng);
    }
    pauses_until_ = std::max(pauses_until_, not_before);
    if (report.verdict == HostVerdict::good) return not_before;

    good_ = 0;
    if (probe) sleeps_until_ = now + options.breaker_sleep;
    if (report.verdict == HostVerdict::failed) count_failure(options, now);
    return tripped_ ? std::max(not_before, sleeps_until_) : not_before;
}

void HostHealth::observe_good() {
    failures_ = 0;
    tripped_ = false;
    if (++good_ < kForgivenAfter) return;
    good_ = kForgivenAfter;
    backoff_step_ = 0;
}

Instant HostHealth::back_off(const Report& report, const PolitenessOptions& options, Instant now,
                             Prng& prng) {
    if (now < pauses_until_) return pauses_until_;
    const Duration first = std::max(options.backoff_min, report.gap * kGapsMin);
    const Duration pause = doubled(first, backoff_step_, options.backoff_max);
    backoff_step_ = std::min(backoff_step_ + 1, kDoublingsMax);
    const double jitter = 0.5 + prng.unit();
    return now + duration_cast<Duration>(pause * jitter);
}

void HostHealth::count_failure(const PolitenessOptions& options, Instant now) {
    if (failures_ < kFailuresMax) ++failures_;
    if (tripped_ || failures_ < options.breaker_failures) return;
    tripped_ = true;
    sleeps_until_ = now + options.breaker_sleep;
}

HostHealth::State HostHealth::state(Instant now) const {
    if (!tripped_) return State::closed;
    return now < sleeps_until_ ? State::open : State::half_open;
}

bool HostHealth::may_start(Instant now, uint32_t in_flight) const {
    switch (state(now)) {
        case State::closed:
            return true;
        case State::open:
            return false;
        case State::half_open:
            return in_flight == 0;
    }
    return false;
}

void HostHealth::save(std::string& out, Instant now, WallTime wall) const {
    put_u8(out, kHealthVersion);
    put_u32(out, failures_);
    put_u32(out, backoff_step_);
    put_u32(out, good_);
    put_u8(out, tripped_ ? 1 : 0);
    put_remaining(out, pauses_until_, now, wall);
    put_remaining(out, sleeps_until_, now, wall);
}

HostHealth HostHealth::restore(std::string_view saved, Instant now, WallTime wall) {
    ByteReader in(saved);
    HostHealth health;
    const bool known = in.u8() == kHealthVersion;
    health.failures_ = in.u32();
    health.backoff_step_ = std::min(in.u32(), kDoublingsMax);
    health.good_ = std::min(in.u32(), kForgivenAfter);
    health.tripped_ = in.u8() != 0;
    health.pauses_until_ = read_remaining(in, now, wall);
    health.sleeps_until_ = read_remaining(in, now, wall);
    return known && !in.failed() && in.at_end() ? health : HostHealth{};
}

}  // namespace crawld
