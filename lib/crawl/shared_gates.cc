#include "crawl/shared_gates.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"

namespace crawld {

namespace {
constexpr Duration kNoPause{0};  // pauses are of hosts alone
}

SharedGates::SharedGates(Limits ip, Limits global, Instant blocked_since)
    : ip_limits_(std::move(ip)),
      blocked_since_(blocked_since),
      global_{.gate = Gate(std::move(global)), .waiting = 0} {
    if (blocked_since_ != kAlways) global_.gate.block_all(blocked_since_);
}

// Loops read their clocks at different moments; the gates' time never goes back.
Instant SharedGates::later(Instant now) {
    return latest_ = std::max(latest_, now);
}

SharedGates::Shared& SharedGates::shared(uint64_t ip_key) {
    if (Shared* found = by_ip_.find(ip_key)) return *found;
    Shared made{.gate = Gate(ip_limits_), .waiting = 0};
    if (blocked_since_ != kAlways) made.gate.block_all(blocked_since_);
    made.gate.known_since(latest_);
    return by_ip_.emplace(ip_key, std::move(made));
}

SharedGates::Opening SharedGates::opens_at(uint64_t ip_key, Instant now, size_t loop) {
    const std::lock_guard lock(mutex_);
    now = later(now);
    if (by_ip_.size() >= kAddressGatesMax && !by_ip_.contains(ip_key))
        return {.at = now + seconds(1), .global = false};
    Shared& here = shared(ip_key);
    const Instant ip = here.gate.opens_at(now);
    const Instant global = global_.gate.opens_at(now);
    const uint64_t bit = uint64_t{1} << loop;
    if (ip == kNever) here.waiting |= bit;
    if (global == kNever) global_.waiting |= bit;
    return {.at = std::max(ip, global), .global = global > ip};
}

bool SharedGates::try_take(uint64_t ip_key, Instant now) {
    const std::lock_guard lock(mutex_);
    now = later(now);
    Gate& ip = shared(ip_key).gate;
    if (!ip.open(now) || !global_.gate.open(now) || no_page_left()) return false;
    ip.take(now);
    global_.gate.take(now);
    return true;
}

SharedGates::Waiting SharedGates::answered(uint64_t ip_key, Instant now, Instant taken) {
    const std::lock_guard lock(mutex_);
    now = later(now);
    Shared& here = shared(ip_key);
    here.gate.answered(now, taken);
    global_.gate.answered(now, taken);
    return {.ip = std::exchange(here.waiting, 0), .global = std::exchange(global_.waiting, 0)};
}

SharedGates::Waiting SharedGates::finished(uint64_t ip_key) {
    const std::lock_guard lock(mutex_);
    Shared& here = shared(ip_key);
    here.gate.finished();
    return {.ip = std::exchange(here.waiting, 0), .global = 0};
}

SharedGates::Waiting SharedGates::retired() {
    const std::lock_guard lock(mutex_);
    global_.gate.finished();
    return {.ip = 0, .global = std::exchange(global_.waiting, 0)};
}

size_t SharedGates::under_way() const {
    const std::lock_guard lock(mutex_);
    return global_.gate.in_flight();
}

void SharedGates::set_pages(const std::atomic<uint64_t>& done, uint64_t max) {
    const std::lock_guard lock(mutex_);
    pages_done_ = &done;
    pages_max_ = max;
}

// A page that was committed and is not yet retired counts twice, for a moment.
bool SharedGates::no_page_left() const {
    return pages_max_ != 0 && *pages_done_ + global_.gate.in_flight() >= pages_max_;
}

bool SharedGates::pages_used_up() const {
    const std::lock_guard lock(mutex_);
    return no_page_left();
}

void SharedGates::set_limits(Limits ip, Limits global, Instant now) {
    const std::lock_guard lock(mutex_);
    now = later(now);
    if (ip.windows != ip_limits_.windows) blocked_since_ = now;  // of addresses without a gate
    ip_limits_ = std::move(ip);
    by_ip_.for_each([&](uint64_t, Shared& here) { here.gate.set_limits(ip_limits_, now); });
    global_.gate.set_limits(std::move(global), now);
}

void SharedGates::sweep(size_t shard, Instant now) {
    const std::lock_guard lock(mutex_);
    now = later(now);
    by_ip_.erase_if(shard, [now](const auto& entry) { return entry.second.gate.idle(now); });
}

size_t SharedGates::size() const {
    const std::lock_guard lock(mutex_);
    return by_ip_.size();
}

void SharedGates::save(std::string& out) {
    const std::lock_guard lock(mutex_);
    std::string one;
    global_.gate.save(one);
    put_text(out, one);
    put_varint(out, by_ip_.size());
    by_ip_.for_each([&](uint64_t key, const Shared& here) {
        one.clear();
        here.gate.save(one);
        put_u64(out, key);
        put_text(out, one);
    });
}

void SharedGates::restore(std::string_view saved, Instant now) {
    const std::lock_guard lock(mutex_);
    ByteReader in(saved);
    global_.gate = Gate::restore(in.text(), global_.gate.limits(), now, kNoPause);
    for (uint64_t left = in.varint(); left > 0 && !in.failed(); --left) {
        const uint64_t key = in.u64();
        const std::string_view gate = in.text();
        if (in.failed()) continue;
        Shared here{.gate = Gate::restore(gate, ip_limits_, now, kNoPause), .waiting = 0};
        here.gate.known_since(now);
        by_ip_.put(key, std::move(here));
    }
}

}  // namespace crawld
