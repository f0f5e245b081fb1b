#include "frontier/host_table.h"

#include "base/check.h"

namespace crawld {

HostEntry* HostTable::find(HostKey key) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return nullptr;
    HostEntry& entry = found->second;
    if (!entry.stay) idle_.splice(idle_.begin(), idle_, entry.idle_position);
    return &entry;
}

HostEntry& HostTable::insert(HostKey key) {
    const auto [position, inserted] = entries_.try_emplace(key);
    CRAWLD_CHECK(inserted);
    HostEntry& entry = position->second;
    entry.key = key;
    entry.idle_position = idle_.insert(idle_.begin(), &entry);
    return entry;
}

// The queues are handed out from their heads on.
void HostTable::begin_stay(HostEntry& entry) {
    CRAWLD_CHECK(!entry.stay);
    idle_.erase(entry.idle_position);
    entry.stay = std::make_unique<Stay>();
    for (size_t p = 0; p < kPriorities; ++p)
        entry.stay->next[p].seq = entry.row.queues[p].head;
}

void HostTable::end_stay(HostEntry& entry) {
    CRAWLD_CHECK(entry.stay);
    entry.stay.reset();
    entry.idle_position = idle_.insert(idle_.begin(), &entry);
}

void HostTable::trim() {
    while (idle_.size() > idle_max_) {
        const HostKey key = idle_.back()->key;
        idle_.pop_back();
        entries_.erase(key);
    }
}

}  // namespace crawld
