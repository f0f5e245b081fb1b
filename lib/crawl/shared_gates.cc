#include "crawl/shared_gates.h"

#include <algorithm>

#include "base/bytes.h"

namespace crawld {

SharedGates::SharedGates(Limits ip, Limits global, Instant blocked_since)
    : ip_limits_(std::move(ip)), blocked_since_(blocked_since), global_(std::move(global)) {
    if (blocked_since_ != kAlways) global_.block_all(blocked_since_);
}

// Loops read their clocks at different moments; the gates' time never goes back.
Instant SharedGates::later(Instant now) {
    return latest_ = std::max(latest_, now);
}

Gate& SharedGates::gate(uint64_t ip_key) {
    const auto [it, is_new] = by_ip_.try_emplace(ip_key, ip_limits_);
    if (is_new && blocked_since_ != kAlways) it->second.block_all(blocked_since_);
    return it->second;
}

SharedGates::Opening SharedGates::opens_at(uint64_t ip_key, Instant now) {
    const std::lock_guard lock(mutex_);
    now = later(now);
    const auto it = by_ip_.find(ip_key);
    if (it == by_ip_.end() && by_ip_.size() >= kAddressGatesMax)
        return {.at = now + seconds(1), .global = false};
    const Instant ip = gate(ip_key).opens_at(now);
    const Instant global = global_.opens_at(now);
    return {.at = std::max(ip, global), .global = global > ip};
}

bool SharedGates::try_take(uint64_t ip_key, Instant now) {
    const std::lock_guard lock(mutex_);
    now = later(now);
    Gate& ip = gate(ip_key);
    if (!ip.open(now) || !global_.open(now)) return false;
    ip.take(now);
    global_.take(now);
    return true;
}

void SharedGates::answered(uint64_t ip_key, Instant now, Instant taken) {
    const std::lock_guard lock(mutex_);
    now = later(now);
    gate(ip_key).answered(now, taken);
    global_.answered(now, taken);
}

void SharedGates::finished(uint64_t ip_key) {
    const std::lock_guard lock(mutex_);
    gate(ip_key).finished();
    global_.finished();
}

void SharedGates::set_limits(Limits ip, Limits global, Instant now) {
    const std::lock_guard lock(mutex_);
    now = later(now);
    ip_limits_ = std::move(ip);
    for (auto& [key, gate] : by_ip_)
        gate.set_limits(ip_limits_, now);
    global_.set_limits(std::move(global), now);
}

void SharedGates::sweep(Instant now) {
    const std::lock_guard lock(mutex_);
    now = later(now);
    std::erase_if(by_ip_, [now](const auto& entry) { return entry.second.idle(now); });
}

size_t SharedGates::size() const {
    const std::lock_guard lock(mutex_);
    return by_ip_.size();
}

void SharedGates::save(std::string& out) {
    const std::lock_guard lock(mutex_);
    std::string one;
    global_.save(one);
    put_text(out, one);
    put_varint(out, by_ip_.size());
    for (const auto& [key, gate] : by_ip_) {
        one.clear();
        gate.save(one);
        put_u64(out, key);
        put_text(out, one);
    }
}

void SharedGates::restore(std::string_view saved, Instant now) {
    const std::lock_guard lock(mutex_);
    ByteReader in(saved);
    global_ = Gate::restore(in.text(), global_.limits(), now);
    for (uint64_t left = in.varint(); left > 0 && !in.failed(); --left) {
        const uint64_t key = in.u64();
        const std::string_view gate = in.text();
        if (!in.failed()) by_ip_.insert_or_assign(key, Gate::restore(gate, ip_limits_, now));
    }
}

}  // namespace crawld
