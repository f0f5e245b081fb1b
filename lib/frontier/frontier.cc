#include "frontier/frontier.h"

#include <algorithm>
#include <tuple>

#include "base/bytes.h"
#include "frontier/change.h"

namespace crawld {

namespace {

constexpr size_t kFilledAtOnce = 10'000;  // 2 ms

}  // namespace

void Frontier::State::publish() {
    counts.known.store(totals.known, std::memory_order_relaxed);
    counts.queued.store(totals.queued, std::memory_order_relaxed);
    counts.due.store(totals.due, std::memory_order_relaxed);
    counts.done.store(totals.done, std::memory_order_relaxed);
    counts.hosts.store(totals.hosts, std::memory_order_relaxed);
}

Status Frontier::State::fetch_rows(std::vector<HostKey>& keys) {
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    std::erase_if(keys, [&](HostKey key) { return hosts.find(key) != nullptr; });
    std::string packed;
    packed.reserve(keys.size() * format::kHostKeyBytes);
    for (HostKey key : keys)
        put_key(packed, key);
    std::vector<std::optional<format::HostRow>> rows(keys.size());
    std::vector<bool> exists(keys.size());
    const auto read = store.multi_get(Family::host, packed, format::kHostKeyBytes,
                                      [&](size_t i, std::string_view value) {
                                          exists[i] = true;
                                          rows[i] = format::decode_host(value);
                                      });
    if (!read) return read;
    for (size_t i = 0; i < keys.size(); ++i)
        if (exists[i] && !rows[i]) return format::damaged("the row of a host");
    for (size_t i = 0; i < keys.size(); ++i) {
        HostEntry& entry = hosts.insert(keys[i]);
        entry.exists = exists[i];
        if (rows[i]) entry.row = std::move(*rows[i]);
    }
    return {};
}

Result<HostEntry*> Frontier::State::row_of(HostKey key) {
    if (HostEntry* entry = hosts.find(key); entry != nullptr) return entry;
    std::vector<HostKey> keys{key};
    if (auto fetched = fetch_rows(keys); !fetched) return tl::unexpected(fetched.error());
    return hosts.find(key);
}

Result<std::vector<FoundUrl>> Frontier::State::find_new(std::span<const FoundIn> places) {
    if (auto filled = fill_known(); !filled) return tl::unexpected(filled.error());
    return new_urls(places, recent, known, store);
}

// What becomes known meanwhile is inserted by itself, so that no snapshot has to be held.
Status Frontier::State::fill_known() {
    if (known.is_filled() || !known.can_hold(totals.known)) return {};
    std::string from;
    put_key(from, known.filled_to());
    const auto cursor = store.scan(Family::seen, from, "", Caching::spare);
    UrlKey next = known.filled_to();
    for (size_t i = 0; cursor->valid() && i < kFilledAtOnce; cursor->next(), ++i) {
        ByteReader key(cursor->key());
        const HostKey host{key.u64()};
        next = {host, key.u64()};
        if (key.failed() || !key.at_end()) return format::damaged("the key of a known URL");
        known.insert(next);
    }
    if (auto status = cursor->status(); !status) return status;
    known.set_filled_to(cursor->valid() ? next : KnownFilter::kEnd);
    return {};
}

Frontier::Frontier() = default;
Frontier::~Frontier() = default;

Result<std::unique_ptr<Frontier>> Frontier::open(Store& store, const FrontierOptions& options) {
    std::unique_ptr<Frontier> frontier(new Frontier());
    frontier->state_ = std::make_unique<State>(store, options);
    State& state = *frontier->state_;
    const auto value = store.get(Family::meta, format::kCountsKey);
    if (!value) return tl::unexpected(value.error());
    if (*value) {
        const auto totals = format::decode_counts(**value);
        if (!totals) return format::damaged("the record of counts");
        state.totals = *totals;
        state.clock.restore(totals->latest);
    } else {
        const auto known = store.scan(Family::seen, "", "");
        if (known->valid()) return format::damaged("the record of counts, which is lost,");
        if (auto status = known->status(); !status) return tl::unexpected(status.error());
    }
    state.publish();
    return frontier;
}

namespace {

// Appends the new URLs, host by host, within a host by priority and then as they were found.
void add_arrivals(Change& change, std::span<const FoundIn> places, std::vector<FoundUrl>& found) {
    const auto url_of = [&](const FoundUrl& f) { return &places[f.place].urls[f.index]; };
    for (const FoundUrl& f : found)
        change.make_known(f.key);
    std::vector<Arrival> arrivals;
    for (auto begin = found.begin(); begin != found.end();) {
        const auto end = std::find_if(
            begin, found.end(), [&](const FoundUrl& f) { return f.key.host != begin->key.host; });
        std::sort(begin, end, [&](const FoundUrl& a, const FoundUrl& b) {
            return std::tuple(url_of(a)->priority, a.place, a.index) <
                   std::tuple(url_of(b)->priority, b.place, b.index);
        });
        arrivals.clear();
        for (; begin != end; ++begin)
            arrivals.push_back({.url = url_of(*begin), .via = places[begin->place].via});
        change.add(arrivals);
    }
}

}  // namespace

Status Frontier::commit(std::span<Settled> settled, Batch& extra, WallTime now,
                        std::vector<HostWake>& woken) {
    std::vector<FoundIn> places;
    std::vector<HostKey> hosts;
    for (const Settled& visit : settled) {
        places.push_back({.urls = visit.found, .via = visit.via});
        hosts.push_back(visit.key.host);
    }
    auto found = state_->find_new(places);
    if (!found) return tl::unexpected(found.error());
    for (const FoundUrl& url : *found)
        hosts.push_back(url.key.host);
    if (auto fetched = state_->fetch_rows(hosts); !fetched) return fetched;

    Change change(*state_, extra, state_->clock.take(now));
    for (const Settled& visit : settled)
        if (auto status = change.settle(visit); !status) return status;
    add_arrivals(change, places, *found);
    if (auto written = change.write(Durability::synced, woken); !written) return written;

    for (Settled& visit : settled)
        visit.links_new = 0;
    for (const FoundUrl& url : *found) {
        ++settled[url.place].links_new;
        state_->recent.insert(url.key);
    }
    return {};
}

Result<uint64_t> Frontier::add(std::span<const NewUrl> urls, std::string_view via, Batch& extra,
                               WallTime now, std::vector<HostWake>& woken) {
    const FoundIn place{.urls = urls, .via = via};
    auto found = state_->find_new({&place, 1});
    if (!found) return tl::unexpected(found.error());
    std::vector<HostKey> hosts;
    for (const FoundUrl& url : *found)
        hosts.push_back(url.key.host);
    if (auto fetched = state_->fetch_rows(hosts); !fetched) return tl::unexpected(fetched.error());

    Change change(*state_, extra, state_->clock.take(now));
    add_arrivals(change, {&place, 1}, *found);
    if (auto written = change.write(Durability::synced, woken); !written)
        return tl::unexpected(written.error());
    for (const FoundUrl& url : *found)
        state_->recent.insert(url.key);
    return found->size();
}

Result<Frontier::AddedFetched> Frontier::add_fetched(std::span<const FetchedElsewhere> urls,
                                                     Batch& extra, WallTime now) {
    std::vector<const FetchedElsewhere*> sorted;
    for (const FetchedElsewhere& url : urls)
        sorted.push_back(&url);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto* a, const auto* b) { return a->key < b->key; });
    const auto same = [](const auto* a, const auto* b) { return a->key == b->key; };
    sorted.erase(std::unique(sorted.begin(), sorted.end(), same), sorted.end());
    std::string keys;
    std::vector<HostKey> hosts;
    for (const FetchedElsewhere* url : sorted) {
        put_key(keys, url->key);
        hosts.push_back(url->key.host);
    }
    std::vector<std::optional<format::SeenRecord>> seen(sorted.size());
    std::vector<bool> exists(sorted.size());
    const auto read = state_->store.multi_get(Family::seen, keys, format::kUrlKeyBytes,
                                              [&](size_t i, std::string_view value) {
                                                  exists[i] = true;
                                                  seen[i] = format::decode_seen(value);
                                              });
    if (!read) return tl::unexpected(read.error());
    if (auto fetched = state_->fetch_rows(hosts); !fetched) return tl::unexpected(fetched.error());

    Change change(*state_, extra, state_->clock.take(now));
    AddedFetched counts;
    for (size_t i = 0; i < sorted.size(); ++i) {
        if (exists[i] && !seen[i]) return format::damaged("what is known of a URL");
        if (!exists[i]) {
            change.make_known_settled(*sorted[i]);
            ++counts.added;
        } else if (seen[i]->state == UrlState::queued) {
            change.unqueue(*sorted[i], *seen[i]);
            ++counts.unqueued;
        }
    }
    std::vector<HostWake> woken;
    if (auto written = change.write(Durability::synced, woken); !written)
        return tl::unexpected(written.error());
    for (const FetchedElsewhere* url : sorted)
        state_->recent.insert(url->key);
    return counts;
}

Result<std::optional<RobotsRecord>> Frontier::robots(std::string_view authority, HostKey host) {
    const auto value = state_->store.get(Family::robots, format::robots_key(host, authority));
    if (!value) return tl::unexpected(value.error());
    if (!*value) return std::optional<RobotsRecord>();
    auto stored = format::decode_robots(**value);
    if (!stored) return format::damaged("the robots.txt of " + std::string(authority));
    if (stored->authority != authority) return std::optional<RobotsRecord>();
    return std::optional<RobotsRecord>(std::move(stored->record));
}

void Frontier::put_robots(Batch& extra, std::string_view authority, HostKey host,
                          const RobotsRecord& record) {
    std::string value;
    format::encode(value, authority, record);
    extra.put(Family::robots, format::robots_key(host, authority), value);
}

Result<std::optional<std::string>> Frontier::meta(std::string_view name) {
    return state_->store.get(Family::meta, name);
}

Status Frontier::put_meta(std::string_view name, std::string_view value) {
    Batch batch;
    batch.put(Family::meta, name, value);
    return state_->store.write(batch);
}

const FrontierCounts& Frontier::counts() const {
    return state_->counts;
}

}  // namespace crawld
