// What `due` holds: retries, and the hosts that sleep.

#include <algorithm>

#include "frontier/change.h"
#include "frontier/frontier_state.h"

namespace crawld {

namespace {

constexpr size_t kRetriesAtOnce = 1024;

using format::DueKey;
using format::DueKind;

tl::unexpected<Error> damaged_due() {
    return format::damaged("an entry of what is due");
}

WallTime just_after(WallTime now) {
    return now + Duration{1};
}

bool is_loaded(Frontier::State& state, HostKey host) {
    const HostEntry* entry = state.hosts.find(host);
    return entry != nullptr && entry->stay;
}

struct DueRetries {
    std::vector<Change::Retry> urls;  // by host
    std::string resume_at;            // nothing is left before this key
};

Result<DueRetries> read_retries(Frontier::State& state, WallTime now) {
    const std::string end = format::due_from(DueKind::retry, just_after(now));
    DueRetries out;
    const auto cursor = state.store.scan(Family::due, state.retries.key(), end);
    for (; cursor->valid() && out.urls.size() < kRetriesAtOnce; cursor->next()) {
        const auto key = format::decode_due_key(cursor->key());
        if (!key) return damaged_due();
        auto urls = format::decode_chunk(cursor->value(), key->host, ChunkRef{});
        if (!urls || urls->size() != 1 || urls->front().key.url != key->url) return damaged_due();
        out.urls.push_back(
            {.due_key = std::string(cursor->key()), .url = std::move(urls->front())});
    }
    if (auto status = cursor->status(); !status) return tl::unexpected(status.error());
    out.resume_at = cursor->valid() ? std::string(cursor->key()) : end;
    std::stable_sort(out.urls.begin(), out.urls.end(),
                     [](const auto& a, const auto& b) { return a.url.key.host < b.url.key.host; });
    return out;
}

// Retries whose time has come go to the urgent queues of their hosts. `woken` gets loaded hosts;
// the others now have a wake entry.
Status move_retries(Frontier::State& state, WallTime now, std::vector<HostWake>& woken) {
    auto retries = read_retries(state, now);
    if (!retries) return tl::unexpected(retries.error());
    if (!retries->urls.empty()) {
        std::vector<HostKey> hosts;
        for (const auto& retry : retries->urls)
            hosts.push_back(retry.url.key.host);
        if (auto fetched = state.fetch_rows(hosts); !fetched) return fetched;
        Batch batch;
        Change change(state, batch, now);
        std::span<const Change::Retry> rest = retries->urls;
        while (!rest.empty()) {
            const auto end = std::find_if(rest.begin(), rest.end(), [&](const auto& retry) {
                return retry.url.key.host != rest.front().url.key.host;
            });
            const auto of_host = rest.first(static_cast<size_t>(end - rest.begin()));
            change.take_back(of_host);
            rest = rest.subspan(of_host.size());
        }
        // If a crash undoes it, they are still due.
        std::vector<HostWake> all;
        if (auto written = change.write(Durability::unsynced, all); !written) return written;
        for (HostWake& host : all)
            if (is_loaded(state, host.key)) woken.push_back(std::move(host));
    }
    state.retries.raise(std::move(retries->resume_at));
    return {};
}

// Calls visit(key, name) for the sleeping hosts in the order of their times until it says false,
// and remembers where the first of them is.
template <class Visit>
Status for_each_asleep(Frontier::State& state, const std::string& end, Visit visit) {
    const auto cursor = state.store.scan(Family::due, state.wakes.key(), end);
    std::optional<std::string> first;
    bool more = true;
    for (; more && cursor->valid(); cursor->next()) {
        const auto key = format::decode_due_key(cursor->key());
        if (!key || key->kind != DueKind::wake) return damaged_due();
        if (is_loaded(state, key->host)) continue;
        if (!first) first = std::string(cursor->key());
        more = visit(*key, cursor->value());
    }
    if (auto status = cursor->status(); !status) return status;
    state.wakes.raise(first.value_or(end));
    return {};
}

}  // namespace

Status Frontier::wake(WallTime wall, size_t max, std::vector<HostWake>& woken) {
    const WallTime now = state_->clock.take(wall);
    if (auto moved = move_retries(*state_, now, woken); !moved) return moved;
    if (max == 0) return {};
    const std::string end = format::due_from(DueKind::wake, just_after(now));
    if (end <= state_->wakes.key()) return {};
    const size_t limit = woken.size() + max;
    return for_each_asleep(*state_, end, [&](const DueKey& key, std::string_view name) {
        woken.push_back({.key = key.host, .name = std::string(name)});
        return woken.size() < limit;
    });
}

Result<WallTime> Frontier::next_due() {
    WallTime next = WallTime::max();
    const std::string retries_end = format::due_from(DueKind::wake, WallTime{});
    const auto retry = state_->store.scan(Family::due, state_->retries.key(), retries_end);
    if (retry->valid()) {
        const auto key = format::decode_due_key(retry->key());
        if (!key) return damaged_due();
        next = key->at;
    }
    if (auto status = retry->status(); !status) return tl::unexpected(status.error());
    const std::string wakes_end = format::due_from(DueKind::wake, WallTime::max());
    const auto read = for_each_asleep(*state_, wakes_end, [&](const DueKey& key, std::string_view) {
        next = std::min(next, key.at);
        return false;
    });
    if (!read) return tl::unexpected(read.error());
    return next == WallTime::max() ? next : next - state_->clock.ahead();
}

}  // namespace crawld
