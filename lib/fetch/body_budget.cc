#include "fetch/body_budget.h"

namespace crawld {

bool BodyBudget::try_take(uint64_t bytes) {
    uint64_t held = held_.load(std::memory_order_relaxed);
    do {
        if (held + bytes > bytes_max_) return false;
    } while (!held_.compare_exchange_weak(held, held + bytes, std::memory_order_relaxed));
    return true;
}

bool BodyGate::grow(uint64_t token, uint64_t bytes, BodyLease& lease) {
    const auto [known, is_new] = place_of_.try_emplace(token, places_);
    const uint64_t place = known->second;
    if (is_new) bodies_.emplace(places_++, token);
    if (is_first(place)) {
        budget_->take(bytes);
    } else if (!budget_->try_take(bytes)) {
        if (waiting_.insert_or_assign(place, Waiting{token, bytes}).second) ++waits_;
        return false;
    }
    waiting_.erase(place);
    lease.add(budget_, bytes);
    return true;
}

void BodyGate::leave(uint64_t token) {
    const auto known = place_of_.find(token);
    if (known == place_of_.end()) return;
    bodies_.erase(known->second);
    waiting_.erase(known->second);
    place_of_.erase(known);
}

std::optional<uint64_t> BodyGate::next() const {
    if (waiting_.empty()) return std::nullopt;
    const auto& [place, waiting] = *waiting_.begin();
    if (!is_first(place) && !budget_->has_room(waiting.bytes)) return std::nullopt;
    return waiting.token;
}

}  // namespace crawld
