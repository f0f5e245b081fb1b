// Handing out: the next URLs of a host.

#include <algorithm>

#include "frontier/change.h"
#include "frontier/frontier_state.h"

namespace crawld {

namespace {

// One load() on its way. The host's stay changes only when all of it was read.
class Loading {
  public:
    Loading(Frontier::State& state, const HostEntry& entry, LoadBound most)
        : state_(state), entry_(entry), most_(most), next_(entry.stay->next) {}

    Status read() {
        for (size_t p = 0; p < kPriorities && !is_full(); ++p)
            if (auto status = read_queue(static_cast<Priority>(p)); !status) return status;
        return {};
    }

    HostLoad finish(Stay& stay) {
        stay.next = next_;
        for (size_t p = 0; p < kPriorities; ++p)
            std::move(loaded_[p].begin(), loaded_[p].end(), std::back_inserter(stay.chunks[p]));
        stay.exhausted = true;
        for (size_t p = 0; p < kPriorities; ++p)
            if (next_[p].seq < entry_.row.queues[p].tail) stay.exhausted = false;
        HostFacts facts = entry_.row.facts;
        if (facts.not_before != WallTime{}) facts.not_before -= state_.clock.ahead();
        return {.facts = std::move(facts), .urls = std::move(urls_), .exhausted = stay.exhausted};
    }

  private:
    bool is_full() const { return full_ || urls_.size() >= most_.urls; }
    // Whether it was taken; the first one is, however long.
    bool take(QueuedUrl& url) {
        const size_t bytes = memory_of(url);
        full_ = !urls_.empty() && bytes_ + bytes > most_.bytes;
        if (full_) return false;
        bytes_ += bytes;
        urls_.push_back(std::move(url));
        return true;
    }
    Status read_queue(Priority priority);
    Status read_chunk(ChunkRef ref, std::string_view value);
    Result<std::vector<uint64_t>> still_open(const std::vector<QueuedUrl>& urls, ChunkRef ref);
    const std::vector<uint64_t>* open_of(ChunkRef ref) const;
    tl::unexpected<Error> damaged_chunk(ChunkRef ref) const {
        return format::damaged("chunk " + std::to_string(ref.seq) + " of the queue of host " +
                               entry_.row.facts.name);
    }

    Frontier::State& state_;
    const HostEntry& entry_;
    LoadBound most_;
    std::array<LoadPoint, kPriorities> next_;
    std::array<std::vector<LoadedChunk>, kPriorities> loaded_;
    std::vector<QueuedUrl> urls_;
    size_t bytes_ = 0;  // of them
    bool full_ = false;
};

Status Loading::read_queue(Priority priority) {
    LoadPoint& next = next_[static_cast<size_t>(priority)];
    const format::QueueMarks& marks = entry_.row.queues[static_cast<size_t>(priority)];
    if (next.seq >= marks.tail) return {};
    const auto cursor =
        state_.store.scan(Family::queue, format::queue_key(entry_.key, priority, next.seq),
                          format::queue_key(entry_.key, priority, marks.tail));
    for (; cursor->valid() && !is_full(); cursor->next()) {
        const auto seq = format::seq_of_queue_key(cursor->key());
        const ChunkRef ref{.priority = priority, .seq = seq.value_or(0)};
        // Gaps are chunks that were settled; above `fresh` there can be none.
        if (!seq || (*seq > next.seq && *seq > marks.fresh))
            return damaged_chunk({.priority = priority, .seq = std::max(next.seq, marks.fresh)});
        if (*seq != next.seq) next = {.seq = *seq, .index = 0};
        if (auto status = read_chunk(ref, cursor->value()); !status) return status;
    }
    if (auto status = cursor->status(); !status) return status;
    if (is_full()) return {};
    if (next.seq < marks.tail && marks.fresh < marks.tail)
        return damaged_chunk({priority, next.seq});
    next = {.seq = marks.tail, .index = 0};
    return {};
}

// The open URLs of a chunk that is loaded already, as far as it was handed out.
const std::vector<uint64_t>* Loading::open_of(ChunkRef ref) const {
    for (const LoadedChunk& chunk : entry_.stay->chunks[static_cast<size_t>(ref.priority)])
        if (chunk.seq == ref.seq) return &chunk.open;
    return nullptr;
}

Result<std::vector<uint64_t>> Loading::still_open(const std::vector<QueuedUrl>& urls,
                                                  ChunkRef ref) {
    std::vector<uint64_t> open;
    open.reserve(urls.size());
    const bool fresh = ref.seq >= entry_.row.queues[static_cast<size_t>(ref.priority)].fresh;
    if (fresh) {
        for (const QueuedUrl& url : urls)
            open.push_back(url.key.url);
        return open;
    }
    std::vector<UrlKey> keys;
    for (const QueuedUrl& url : urls)
        keys.push_back(url.key);
    std::sort(keys.begin(), keys.end());
    std::string packed;
    for (UrlKey key : keys)
        put_key(packed, key);
    size_t known = 0;
    bool bad = false;
    const auto read = state_.store.multi_get(Family::seen, packed, format::kUrlKeyBytes,
                                             [&](size_t i, std::string_view value) {
                                                 ++known;
                                                 const auto record = format::decode_seen(value);
                                                 bad = bad || !record;
                                                 if (!record || record->state != UrlState::queued)
                                                     return;
                                                 if (!record->moved_to || *record->moved_to == ref)
                                                     open.push_back(keys[i].url);
                                             });
    if (!read) return tl::unexpected(read.error());
    if (bad || known != keys.size()) return damaged_chunk(ref);
    return open;
}

Status Loading::read_chunk(ChunkRef ref, std::string_view value) {
    auto urls = format::decode_chunk(value, entry_.key, ref);
    if (!urls) return damaged_chunk(ref);
    LoadPoint& next = next_[static_cast<size_t>(ref.priority)];
    const std::vector<uint64_t>* open = open_of(ref);
    if (open == nullptr) {
        auto read = still_open(*urls, ref);
        if (!read) return tl::unexpected(read.error());
        auto& loaded = loaded_[static_cast<size_t>(ref.priority)];
        loaded.push_back({.seq = ref.seq, .open = std::move(*read)});
        open = &loaded.back().open;
    }
    for (; next.index < urls->size() && !is_full(); ++next.index) {
        QueuedUrl& url = (*urls)[next.index];
        const bool is_open = std::find(open->begin(), open->end(), url.key.url) != open->end();
        if (is_open && !take(url)) return {};
    }
    if (next.index == urls->size()) next = {.seq = ref.seq + 1, .index = 0};
    return {};
}

}  // namespace

Result<bool> Frontier::knows(HostKey host) {
    const auto entry = state_->row_of(host);
    if (!entry) return tl::unexpected(entry.error());
    const bool exists = (*entry)->exists;
    state_->hosts.trim();
    return exists;
}

Result<HostLoad> Frontier::load(HostKey host, LoadBound most) {
    const auto entry = state_->row_of(host);
    if (!entry) return tl::unexpected(entry.error());
    if (!(*entry)->exists) return format::damaged("the row of a host that has work");
    const bool begins = !(*entry)->stay;
    if (begins) state_->hosts.begin_stay(**entry);
    Loading loading(*state_, **entry, most);
    if (auto read = loading.read(); !read) {
        if (begins) state_->hosts.end_stay(**entry);
        return tl::unexpected(read.error());
    }
    HostLoad load = loading.finish(*(*entry)->stay);
    state_->hosts.trim();
    return load;
}

Status Frontier::release(HostKey host, const HostFacts& facts, WallTime wake_at) {
    const auto entry = state_->row_of(host);
    if (!entry) return tl::unexpected(entry.error());
    if (!(*entry)->exists) return {};
    Batch batch;
    const WallTime at = wake_at + state_->clock.ahead();
    Change change(*state_, batch, at);
    change.release(host, facts, at);
    std::vector<HostWake> none;
    Status written = change.write(Durability::unsynced, none);
    if (!written) state_->abandon(**entry);
    return written;
}

// The scan for sleepers went past it while it was loaded.
void Frontier::State::abandon(HostEntry& entry) {
    if (!entry.stay) return;
    hosts.end_stay(entry);
    if (entry.row.wake_at == WallTime{}) return;
    wakes.lower(format::due_key(
        {.kind = format::DueKind::wake, .at = entry.row.wake_at, .host = entry.key, .url = 0}));
}

}  // namespace crawld
