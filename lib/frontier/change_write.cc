// The second half of a Change: what follows from what it collected, the write, and what memory
// holds then.

#include <algorithm>

#include "frontier/change.h"

namespace crawld {

namespace {

constexpr WallTime kEarliest = wall_from_us(1);  // zero says that there is no wake entry

std::string wake_key(HostKey host, WallTime at) {
    return format::due_key({.kind = format::DueKind::wake, .at = at, .host = host, .url = 0});
}

// The lowest chunk with an open URL, or else where loading goes on.
uint64_t head_of(const Stay& stay, size_t priority) {
    for (const LoadedChunk& chunk : stay.chunks[priority])
        if (!chunk.open.empty()) return chunk.seq;
    return stay.next[priority].seq;
}

uint64_t first_not_loaded(const LoadPoint& next) {
    return next.seq + (next.index > 0 ? 1 : 0);
}

}  // namespace

// Chunks that are settled leave, and the head moves over them.
void Change::seal_queues(HostChange& host) {
    const Stay* stay = host.entry->stay.get();
    if (stay == nullptr) return;
    for (size_t p = 0; p < kPriorities; ++p) {
        for (const LoadedChunk& chunk : stay->chunks[p])
            if (chunk.open.empty())
                batch_.erase(Family::queue, format::queue_key(host.entry->key,
                                                              static_cast<Priority>(p), chunk.seq));
        format::QueueMarks& marks = host.row.queues[p];
        marks.head = head_of(*stay, p);
        marks.fresh = std::max(marks.fresh, first_not_loaded(stay->next[p]));
    }
}

void Change::seal_wake_entry(HostChange& host) {
    const HostKey key = host.entry->key;
    const WallTime before = host.row.wake_at;
    WallTime after{};
    if (host.row.queued > 0) {
        after = before;
        if (after == WallTime{})
            after = host.entry->stay ? now_ : std::max(now_, host.row.facts.not_before);
        if (host.leaves_until) after = *host.leaves_until;
        after = std::max(after, kEarliest);
        // Also an entry that stays where it is has to be found again: while its host was loaded,
        // the scan went past it.
        state_.wakes.lower(wake_key(key, after));
    }
    if (after == before) return;
    if (before != WallTime{}) batch_.erase(Family::due, wake_key(key, before));
    if (after != WallTime{}) batch_.put(Family::due, wake_key(key, after), host.row.facts.name);
    host.row.wake_at = after;
}

void Change::seal(HostChange& host) {
    seal_queues(host);
    seal_wake_entry(host);
    const bool had_work = host.entry->row.queued > 0;
    const bool has_work = host.row.queued > 0;
    if (has_work && !had_work) ++totals_.hosts;
    if (had_work && !has_work) --totals_.hosts;
    std::string key;
    put_key(key, host.entry->key);
    std::string value;
    format::encode(value, host.row);
    batch_.put(Family::host, key, value);
}

void Change::put_totals() {
    totals_.latest = state_.clock.latest();
    if (totals_ == state_.totals) return;
    std::string value;
    format::encode(value, totals_);
    batch_.put(Family::meta, format::kCountsKey, value);
}

void Change::apply(HostChange& host, std::vector<HostWake>& woken) {
    HostEntry& entry = *host.entry;
    const bool had_work = entry.row.queued > 0;
    entry.row = std::move(host.row);
    entry.exists = true;
    if (host.leaves_until && entry.stay) state_.hosts.end_stay(entry);
    Stay* stay = entry.stay.get();
    if (stay != nullptr)
        for (auto& chunks : stay->chunks)
            std::erase_if(chunks, [](const LoadedChunk& chunk) { return chunk.open.empty(); });
    if (!host.arrivals) return;
    const bool news = stay != nullptr ? stay->exhausted : !had_work && entry.row.wake_at <= now_;
    if (stay != nullptr) stay->exhausted = false;
    if (news) woken.push_back({.key = entry.key, .name = entry.row.facts.name});
}

Status Change::write(Durability durability, std::vector<HostWake>& woken) {
    for (auto& [key, host] : hosts_)
        seal(host);
    put_totals();
    const Status status = durability == Durability::synced ? state_.store.write(batch_)
                                                           : state_.store.write_unsynced(batch_);
    if (!status) return status;
    written_ = true;
    batch_.clear();
    for (auto& [key, host] : hosts_)
        apply(host, woken);
    state_.totals = totals_;
    state_.publish();
    state_.hosts.trim();
    return {};
}

}  // namespace crawld
