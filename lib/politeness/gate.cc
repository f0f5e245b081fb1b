#include "politeness/gate.h"

#include <algorithm>
#include <limits>

#include "base/check.h"

namespace crawld {

namespace {

constexpr uint32_t kUncounted = std::numeric_limits<uint32_t>::max();

// One of `windows` alone sees to it that `window` holds.
bool implied(const Window& window, const std::vector<Window>& windows) {
    return std::any_of(windows.begin(), windows.end(), [&](const Window& other) {
        return other.count <= window.count && other.period >= window.period;
    });
}

}  // namespace

Gate::Gate(Limits limits) : limits_(std::move(limits)) {
    update_kept();
}

// When fewer than window.count slots are held: with u slots unanswered, when the (count - u)-th
// newest answer is `period` old.
Instant Gate::room_at(const Window& window) const {
    if (unanswered_ >= window.count) return kNever;
    const size_t nth = window.count - unanswered_;
    if (nth <= answers_.size()) return answers_.newest(nth) + window.period;
    if (nth <= answers_.size() + forgotten_) return forgotten_latest_ + window.period;
    return kAlways;
}

Instant Gate::opens_at(Instant now) const {
    if (limits_.concurrency > 0 && active_ >= limits_.concurrency) return kNever;
    Instant at = std::max(now, not_before_);
    for (const Window& window : limits_.windows)
        at = std::max(at, room_at(window));
    for (const Fading& fading : fading_) {
        const Instant room = room_at(fading.window);
        at = std::max(at, fading.unanswered == 0 ? std::min(room, fading.until) : room);
    }
    return at;
}

void Gate::take(Instant now) {
    CRAWLD_CHECK(open(now));
    ++unanswered_;
    ++active_;
}

void Gate::answered(Instant now, std::optional<Instant> taken) {
    CRAWLD_CHECK(unanswered_ > 0);
    --unanswered_;
    const Instant at = std::max(now, latest_answer());
    answers_.push(at);
    while (answers_.size() > answers_kept_)
        forget_oldest();
    for (Fading& fading : fading_) {
        // Taken in the instant of the reload: before or after it, nobody knows.
        const bool surely_after = taken && *taken > fading.replaced_at;
        const bool surely_before = taken && *taken < fading.replaced_at;
        if (fading.unanswered > 0 && !surely_after) {
            fading.until = std::max(fading.until, at + fading.window.period);
            if (surely_before) --fading.unanswered;
        }
        fading.unanswered = std::min(fading.unanswered, unanswered_);
    }
    std::erase_if(fading_, [&](const Fading& fading) { return fading.over(now); });
}

void Gate::finished() {
    CRAWLD_CHECK(active_ > 0);
    --active_;
}

void Gate::set_limits(Limits limits, Instant now) {
    if (limits.windows != limits_.windows) {
        const auto is_new = [&](const Window& window) { return !implied(window, limits_.windows); };
        if (known_since_ != kAlways &&
            std::any_of(limits.windows.begin(), limits.windows.end(), is_new))
            block_all(known_since_);
        for (const Window& window : limits_.windows)
            fade(window, now);
        std::erase_if(fading_, [&](const Fading& fading) {
            return fading.over(now) || implied(fading.window, limits.windows);
        });
    }
    limits_ = std::move(limits);
    update_kept();
}

void Gate::fade(const Window& window, Instant now) {
    const Instant latest = latest_answer();
    const Fading fading{.window = window,
                        .replaced_at = now,
                        .until = latest == kAlways ? kAlways : latest + window.period,
                        .unanswered = unanswered_};
    const auto same = std::find_if(fading_.begin(), fading_.end(),
                                   [&](const Fading& other) { return other.window == window; });
    if (same == fading_.end())
        fading_.push_back(fading);
    else
        *same = fading;
}

void Gate::not_before(Instant when) {
    not_before_ = std::max(not_before_, when);
}

void Gate::block_all(Instant start) {
    while (!answers_.empty() && answers_.oldest() <= start)
        answers_.pop_oldest();
    forgotten_ = kUncounted;
    forgotten_latest_ = std::max(forgotten_latest_, start);
}

bool Gate::idle(Instant now) const {
    if (active_ > 0 || unanswered_ > 0 || not_before_ > now) return false;
    const Instant latest = latest_answer();
    return std::all_of(limits_.windows.begin(), limits_.windows.end(),
                       [&](const Window& window) {
                           return latest == kAlways || latest + window.period <= now;
                       }) &&
           std::all_of(fading_.begin(), fading_.end(),
                       [&](const Fading& fading) { return fading.over(now); });
}

Instant Gate::latest_answer() const {
    return answers_.empty() ? forgotten_latest_ : answers_.newest(1);
}

void Gate::forget_oldest() {
    forgotten_latest_ = answers_.oldest();
    answers_.pop_oldest();
    if (forgotten_ < kUncounted) ++forgotten_;
}

void Gate::update_kept() {
    answers_kept_ = 0;
    for (const Window& window : limits_.windows)
        answers_kept_ = std::max(answers_kept_, window.count);
    for (const Fading& fading : fading_)
        answers_kept_ = std::max(answers_kept_, fading.window.count);
}

}  // namespace crawld
