// The saved form of a Gate, in bytes.h's encoding:
//
//     version        u8, 1
//     not_before     u64, microseconds of the boot clock, as all instants here
//     forgotten      u32, u64: how many answers, the latest of them
//     windows        varint n; n times varint count, varint period
//     fading         varint n; n times varint count, varint period, u64 until
//     answers        varint n; n times varint microseconds since the one before (the first: since
//     0)
#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"
#include "politeness/gate.h"

namespace crawld {

namespace {

constexpr uint8_t kGateVersion = 1;

void put_instant(std::string& out, Instant at) {
    put_u64(out, static_cast<uint64_t>(to_us(at)));
}

void put_window(std::string& out, const Window& window) {
    put_varint(out, window.count);
    put_varint(out, static_cast<uint64_t>(window.period.count()));
}

// Reads what put_* wrote and remembers whether all of it made sense.
struct Reader {
    ByteReader bytes;
    bool good = true;

    explicit Reader(std::string_view saved) : bytes(saved) {}

    Instant instant() { return instant_from_us(number(bytes.u64())); }
    Window window() {
        const uint64_t count = bytes.varint();
        const Duration period{number(bytes.varint())};
        good = good && count >= 1 && count <= kWindowCountMax && period > Duration{0} &&
               period < Duration::max() / 4;
        return {static_cast<uint32_t>(count), period};
    }
    size_t length() {
        const uint64_t n = bytes.varint();
        good = good && n <= bytes.rest().size();  // each element has at least one byte
        return good ? static_cast<size_t>(n) : 0;
    }
    int64_t number(uint64_t value) {
        const auto number = static_cast<int64_t>(value);
        good = good && number >= 0;
        return good ? number : 0;
    }
    bool all_read() const { return good && !bytes.failed() && bytes.at_end(); }
};

}  // namespace

void Gate::save(std::string& out) const {
    CRAWLD_CHECK(active_ == 0 && unanswered_ == 0);
    put_u8(out, kGateVersion);
    put_instant(out, not_before_);
    put_u32(out, forgotten_);
    put_instant(out, forgotten_latest_);
    put_varint(out, limits_.windows.size());
    for (const Window& window : limits_.windows)
        put_window(out, window);
    put_varint(out, fading_.size());
    for (const Fading& fading : fading_) {
        put_window(out, fading.window);
        put_instant(out, fading.until);
    }
    put_varint(out, answers_.size());
    Instant before = kAlways;
    for (size_t nth = answers_.size(); nth > 0; --nth) {
        put_varint(out, static_cast<uint64_t>((answers_.newest(nth) - before).count()));
        before = answers_.newest(nth);
    }
}

bool Gate::read(std::string_view saved, Instant now, Duration pause_max) {
    Reader in(saved);
    if (in.bytes.u8() != kGateVersion) return false;
    not_before_ = std::min(in.instant(), now + pause_max);
    forgotten_ = in.bytes.u32();
    forgotten_latest_ = in.instant();
    for (size_t n = in.length(); n > 0 && in.good; --n)
        limits_.windows.push_back(in.window());
    for (size_t n = in.length(); n > 0 && in.good; --n) {
        const Window window = in.window();
        const Instant until = in.instant();
        in.good = in.good && until <= now + window.period;
        fading_.push_back({.window = window, .replaced_at = now, .until = until, .unanswered = 0});
    }
    Instant latest = kAlways;
    for (size_t n = in.length(); n > 0 && in.good; --n) {
        const Duration since{in.number(in.bytes.varint())};
        in.good = in.good && since <= now - latest;
        if (!in.good) return false;
        latest += since;
        answers_.push(latest);
    }
    return in.all_read() && forgotten_latest_ <= now;
}

Gate Gate::restore(std::string_view saved, Limits limits, Instant now, Duration pause_max) {
    Gate gate{Limits{}};
    if (!gate.read(saved, now, pause_max)) {
        gate = Gate(std::move(limits));
        gate.block_all(now);
        return gate;
    }
    gate.set_limits(std::move(limits), now);
    return gate;
}

}  // namespace crawld
