#include "crawl/kept_gates.h"

#include <utility>

#include "base/fingerprint.h"

namespace crawld {

namespace {
constexpr Duration kNoPause{0};  // pauses are of hosts alone
}

// The gate of a key that was not kept: as at the clean stop, or closed after a crash.
Gate KeptGates::first(uint64_t key, const Limits& limits, Duration pause_max, Instant now) const {
    if (saved_ != nullptr) {
        const auto saved = saved_->find(key);
        if (saved != saved_->end()) {
            Gate gate = Gate::restore(saved->second, limits, now, pause_max);
            if (blocked_since_ > began_) gate.block_all(blocked_since_);
            gate.known_since(now);
            return gate;
        }
    }
    Gate gate(limits);
    if (blocked_since_ != kAlways) gate.block_all(blocked_since_);
    gate.known_since(now);
    return gate;
}

KeptHost KeptGates::take(HostKey host, const Limits& limits, Duration pause_max, Instant now) {
    auto kept = hosts_.take(host);
    if (!kept) return {.gate = first(host.value, limits, pause_max, now), .health = {}};
    kept->gate.set_limits(limits, now);
    return std::move(*kept);
}

void KeptGates::keep(HostKey host, KeptHost kept, Instant now) {
    if (!kept.gate.idle(now)) hosts_.put(host, std::move(kept));
}

std::shared_ptr<SharedGate> KeptGates::domain(const std::string& name, const Limits& limits,
                                              Instant now) {
    const uint64_t key = fingerprint64(name);
    if (auto* known = domains_.find(key)) {
        if ((*known)->gate.limits() != limits) (*known)->gate.set_limits(limits, now);
        return *known;
    }
    auto shared = std::make_shared<SharedGate>(SharedGate{first(key, limits, kNoPause, now), {}});
    return domains_.emplace(key, std::move(shared));
}

void KeptGates::sweep(size_t shard, Instant now) {
    hosts_.erase_if(shard, [now](const auto& entry) { return entry.second.gate.idle(now); });
    domains_.erase_if(shard, [now](const auto& entry) {
        return entry.second.use_count() == 1 && entry.second->gate.idle(now);
    });
    if (now - began_ > kWindowPeriodMax) saved_.reset();
}

void KeptGates::save(size_t shard, SavedGates& out, Instant now) const {
    for (const auto& [key, kept] : hosts_.shard(shard))
        if (!kept.gate.idle(now)) kept.gate.save(out[key.value]);
    for (const auto& [key, shared] : domains_.shard(shard))
        if (!shared->gate.idle(now)) shared->gate.save(out[key]);
}

}  // namespace crawld
