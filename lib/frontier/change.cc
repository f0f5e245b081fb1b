#include "frontier/change.h"

#include <algorithm>

#include "base/check.h"

namespace crawld {

using format::ChunkItem;
using format::SeenRecord;

namespace {

SeenRecord settled_record(const FetchedElsewhere& url) {
    return {.state = UrlState::done, .moved_to = {}, .outcome = url.outcome, .status = url.status};
}

}  // namespace

Change::Change(Frontier::State& state, Batch& batch, WallTime now)
    : state_(state), batch_(batch), mark_(batch.mark()), now_(now), totals_(state.totals) {}

Change::~Change() {
    if (written_) return;
    for (const Closed& closed : closed_)
        closed.open->push_back(closed.url);
    batch_.rollback(mark_);
}

Change::HostChange& Change::host(HostKey key) {
    const auto [position, inserted] = hosts_.try_emplace(key);
    HostChange& host = position->second;
    if (inserted) {
        host.entry = state_.hosts.find(key);
        CRAWLD_CHECK(host.entry != nullptr);
        host.row = host.entry->row;
    }
    return host;
}

void Change::put_seen(UrlKey key, const SeenRecord& record) {
    key_.clear();
    put_key(key_, key);
    value_.clear();
    format::encode(value_, record);
    batch_.put(Family::seen, key_, value_);
}

// The name is the key's, whatever the caller says.
void Change::HostChange::replace_facts(const HostFacts& facts, Duration clock_ahead) {
    std::string name = std::move(row.facts.name);
    row.facts = facts;
    if (facts.not_before != WallTime{}) row.facts.not_before += clock_ahead;
    if (!name.empty()) row.facts.name = std::move(name);
}

// True if the URL was open until now. Usually its chunk is loaded; a settling that comes after its
// host was released asks `seen`.
Result<bool> Change::close(HostChange& host, const Settled& settled) {
    if (Stay* stay = host.entry->stay.get(); stay != nullptr) {
        for (LoadedChunk& chunk : stay->chunks[static_cast<size_t>(settled.chunk.priority)]) {
            if (chunk.seq != settled.chunk.seq) continue;
            const auto found = std::find(chunk.open.begin(), chunk.open.end(), settled.key.url);
            if (found == chunk.open.end()) return false;
            *found = chunk.open.back();
            chunk.open.pop_back();
            closed_.push_back({.open = &chunk.open, .url = settled.key.url});
            return true;
        }
    }
    std::string key;
    put_key(key, settled.key);
    const auto value = state_.store.get(Family::seen, key);
    if (!value) return tl::unexpected(value.error());
    if (!*value) return false;
    const auto record = format::decode_seen(**value);
    if (!record) return format::damaged("what is known of a URL of host " + host.row.facts.name);
    const bool elsewhere = record->moved_to && *record->moved_to != settled.chunk;
    if (record->state != UrlState::queued || elsewhere) return false;
    // The release may have failed, and with it the mark.
    format::QueueMarks& marks = host.row.queues[static_cast<size_t>(settled.chunk.priority)];
    marks.fresh = std::max(marks.fresh, settled.chunk.seq + 1);
    return closed_unloaded_.insert(settled.key).second;
}

Status Change::settle(const Settled& settled) {
    CRAWLD_CHECK(settled.state != UrlState::queued);
    HostChange& changed = host(settled.key.host);
    changed.replace_facts(settled.host, state_.clock.ahead());
    const Result<bool> closed = close(changed, settled);
    if (!closed) return tl::unexpected(closed.error());
    if (!*closed) return {};
    put_seen(settled.key, {.state = settled.state,
                           .moved_to = {},
                           .outcome = settled.outcome,
                           .status = settled.status});
    CRAWLD_CHECK(changed.row.queued > 0 && totals_.queued > 0);
    --changed.row.queued;
    --totals_.queued;
    if (settled.state != UrlState::due) {
        ++totals_.done;
        return {};
    }
    ++totals_.due;
    const std::string key = format::due_key({.kind = format::DueKind::retry,
                                             .at = settled.due_at + state_.clock.ahead(),
                                             .host = settled.key.host,
                                             .url = settled.key.url});
    std::string value;
    const ChunkItem item = format::chunk_item(settled.again);
    format::encode_chunk(value, {&item, 1});
    batch_.put(Family::due, key, value);
    state_.retries.lower(key);
    return {};
}

ChunkRef Change::append(HostChange& host, Priority priority, std::span<const ChunkItem> items) {
    format::QueueMarks& marks = host.row.queues[static_cast<size_t>(priority)];
    const ChunkRef ref{.priority = priority, .seq = marks.tail++};
    std::string value;
    format::encode_chunk(value, items);
    batch_.put(Family::queue, format::queue_key(host.entry->key, priority, ref.seq), value);
    host.row.queued += items.size();
    totals_.queued += items.size();
    host.arrivals = true;
    return ref;
}

void Change::make_known(UrlKey key) {
    state_.known.insert(key);
    put_seen(key, {});
    ++totals_.known;
}

void Change::make_known_settled(const FetchedElsewhere& url) {
    HostChange& of = host(url.key.host);
    if (of.row.facts.name.empty()) of.row.facts.name = url.host;
    state_.known.insert(url.key);
    put_seen(url.key, settled_record(url));
    ++totals_.known;
    ++totals_.done;
}

void Change::unqueue(const FetchedElsewhere& url, const SeenRecord& queued) {
    HostChange& of = host(url.key.host);
    CRAWLD_CHECK(of.entry->stay == nullptr && of.row.queued > 0 && totals_.queued > 0);
    // Nothing at or above `fresh` may be settled, and where the URL stands is not known unless it
    // moved.
    for (size_t p = 0; p < kPriorities; ++p) {
        format::QueueMarks& marks = of.row.queues[p];
        const bool elsewhere =
            queued.moved_to && static_cast<size_t>(queued.moved_to->priority) != p;
        if (!elsewhere) marks.fresh = marks.tail;
    }
    put_seen(url.key, settled_record(url));
    --of.row.queued;
    --totals_.queued;
    ++totals_.done;
}

void Change::add(std::span<const Arrival> arrivals) {
    HostChange& to = host(arrivals.front().url->key.host);
    if (to.row.facts.name.empty()) to.row.facts.name = arrivals.front().url->url.host();
    std::vector<ChunkItem> items;
    for (size_t i = 0; i < arrivals.size(); ++i) {
        const NewUrl& url = *arrivals[i].url;
        CRAWLD_CHECK(url.key.host == to.entry->key);
        items.push_back({.href = url.url.href(),
                         .via = arrivals[i].via,
                         .discovery = url.discovery,
                         .depth = url.depth,
                         .hops = url.hops,
                         .attempt = 0,
                         .first_try = {},
                         .discovered = now_ - state_.clock.ahead(),
                         .lastmod = url.lastmod});
        const bool ends = i + 1 == arrivals.size() || items.size() == format::kChunkUrlsMax ||
                          arrivals[i + 1].url->priority != url.priority;
        if (!ends) continue;
        append(to, url.priority, items);
        items.clear();
    }
}

void Change::take_back(std::span<const Retry> retries) {
    HostChange& to = host(retries.front().url.key.host);
    CRAWLD_CHECK(totals_.due >= retries.size());
    totals_.due -= retries.size();
    std::vector<ChunkItem> items;
    for (size_t i = 0; i < retries.size(); ++i) {
        const QueuedUrl& url = retries[i].url;
        items.push_back(format::chunk_item(url));
        batch_.erase(Family::due, retries[i].due_key);
        const bool ends = i + 1 == retries.size() || items.size() == format::kChunkUrlsMax ||
                          retries[i + 1].url.is_retry() != url.is_retry();
        if (!ends) continue;
        const ChunkRef ref = append(to, url.is_retry() ? Priority::urgent : Priority::link, items);
        for (const Retry& retry : retries.subspan(i + 1 - items.size(), items.size()))
            put_seen(retry.url.key,
                     {.state = UrlState::queued, .moved_to = ref, .outcome = 0, .status = 0});
        items.clear();
    }
}

void Change::release(HostKey key, const HostFacts& facts, WallTime wake_at) {
    HostChange& leaving = host(key);
    leaving.replace_facts(facts, state_.clock.ahead());
    leaving.leaves_until = wake_at;
}

}  // namespace crawld
