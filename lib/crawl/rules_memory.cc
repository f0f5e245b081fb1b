#include "crawl/rules_memory.h"

#include <bit>

namespace crawld {

bool RulesMemory::LeavesBefore::operator()(const Rules* a, const Rules* b) const {
    const auto width_a = std::bit_width(a->bytes);
    const auto width_b = std::bit_width(b->bytes);
    return width_a != width_b ? width_a > width_b : a->number < b->number;
}

void RulesMemory::add(const Owner& owner, size_t bytes) {
    remove(owner.authority);
    rules_.emplace(owner.authority,
                   Rules{.owner = owner, .bytes = bytes, .number = ++last_number_});
    bytes_ += bytes;
    bytes_kept_ += bytes;
}

void RulesMemory::may_leave(const std::string& authority) {
    const auto it = rules_.find(authority);
    if (it == rules_.end() || it->second.may_leave) return;
    it->second.may_leave = true;
    bytes_kept_ -= it->second.bytes;
    leaving_.insert(&it->second);
}

void RulesMemory::remove(const std::string& authority) {
    const auto it = rules_.find(authority);
    if (it == rules_.end()) return;
    const Rules& rules = it->second;
    bytes_ -= rules.bytes;
    if (rules.may_leave)
        leaving_.erase(&rules);
    else
        bytes_kept_ -= rules.bytes;
    rules_.erase(it);
}

const RulesMemory::Owner* RulesMemory::first_to_leave() const {
    return leaving_.empty() ? nullptr : &(*leaving_.begin())->owner;
}

}  // namespace crawld
