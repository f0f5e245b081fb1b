#include "frontier/format.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/fingerprint.h"
#include "frontier/value_io.h"

namespace crawld::format {

namespace {

constexpr uint64_t kFingerprintBits = (uint64_t{1} << 48) - 1;
constexpr uint8_t kHostVersion = 2;    // the first one lacks `fetching`
constexpr uint8_t kCountsVersion = 2;  // the first one lacks `latest`

}  // namespace

void encode(std::string& out, const SeenRecord& record) {
    put_u8(out, static_cast<uint8_t>(record.state));
    if (record.state == UrlState::queued) {
        if (!record.moved_to) return;
        put_u8(out, static_cast<uint8_t>(record.moved_to->priority));
        put_varint(out, record.moved_to->seq);
        return;
    }
    put_u8(out, record.outcome);
    put_u16(out, record.status);
}

std::optional<SeenRecord> decode_seen(std::string_view value) {
    ValueReader in(value);
    SeenRecord record;
    const uint8_t state = in.bytes().u8();
    in.require(state <= static_cast<uint8_t>(UrlState::due));
    record.state = static_cast<UrlState>(state);
    if (in.complete() && record.state == UrlState::queued) return record;
    if (record.state == UrlState::queued) {
        const uint8_t priority = in.bytes().u8();
        in.require(priority < kPriorities);
        record.moved_to =
            ChunkRef{.priority = static_cast<Priority>(priority), .seq = in.bytes().varint()};
    } else {
        record.outcome = in.bytes().u8();
        record.status = in.bytes().u16();
    }
    if (!in.complete()) return std::nullopt;
    return record;
}

void encode(std::string& out, const HostRow& row) {
    put_u8(out, kHostVersion);
    put_text(out, row.facts.name);
    put_text(out, row.facts.politeness);
    put_time(out, row.facts.not_before);
    put_varint(out, row.facts.pages);
    put_varint(out, row.facts.bytes);
    put_varint(out, row.facts.failures);
    put_varint(out, static_cast<uint64_t>(std::max<int64_t>(row.facts.fetching.count(), 0)));
    put_varint(out, row.queued);
    put_time(out, row.wake_at);
    for (const QueueMarks& marks : row.queues) {
        put_varint(out, marks.head);
        put_varint(out, marks.fresh - marks.head);
        put_varint(out, marks.tail - marks.fresh);
    }
}

std::optional<HostRow> decode_host(std::string_view value) {
    ValueReader in(value);
    HostRow row;
    const uint8_t version = in.bytes().u8();
    in.require(version >= 1 && version <= kHostVersion);
    row.facts.name = in.bytes().text();
    row.facts.politeness = in.bytes().text();
    row.facts.not_before = in.time();
    row.facts.pages = in.bytes().varint();
    row.facts.bytes = in.bytes().varint();
    row.facts.failures = in.bytes().varint();
    if (version > 1) row.facts.fetching = Duration{in.number<int64_t>()};
    row.queued = in.bytes().varint();
    row.wake_at = in.time();
    for (QueueMarks& marks : row.queues) {
        marks.head = in.bytes().varint();
        marks.fresh = marks.head + in.bytes().varint();
        marks.tail = marks.fresh + in.bytes().varint();
        in.require(marks.head <= marks.fresh && marks.fresh <= marks.tail);
    }
    if (!in.complete()) return std::nullopt;
    return row;
}

std::string queue_key(HostKey host, Priority priority, uint64_t seq) {
    std::string key;
    put_key(key, host);
    put_u8(key, static_cast<uint8_t>(priority));
    put_u64(key, seq);
    return key;
}

std::optional<uint64_t> seq_of_queue_key(std::string_view key) {
    constexpr size_t kBeforeSeq = kHostKeyBytes + 1;
    ValueReader in(key.substr(std::min(kBeforeSeq, key.size())));
    const uint64_t seq = in.bytes().u64();
    if (!in.complete()) return std::nullopt;
    return seq;
}

std::string due_from(DueKind kind, WallTime at) {
    std::string key;
    put_u8(key, static_cast<uint8_t>(kind));
    put_time(key, at);
    return key;
}

std::string due_key(const DueKey& key) {
    std::string out = due_from(key.kind, key.at);
    put_key(out, key.host);
    if (key.kind == DueKind::retry) put_u64(out, key.url);
    return out;
}

std::optional<DueKey> decode_due_key(std::string_view key) {
    ValueReader in(key);
    DueKey out;
    const uint8_t kind = in.bytes().u8();
    in.require(kind <= static_cast<uint8_t>(DueKind::wake));
    out.kind = static_cast<DueKind>(kind);
    out.at = in.time();
    out.host = HostKey{in.bytes().u64()};
    if (out.kind == DueKind::retry) out.url = in.bytes().u64();
    if (!in.complete()) return std::nullopt;
    return out;
}

std::string robots_key(HostKey host, std::string_view authority) {
    std::string key;
    put_u16(key, host.vshard());
    put_be<6>(key, fingerprint64(authority) & kFingerprintBits);
    return key;
}

void encode(std::string& out, std::string_view authority, const RobotsRecord& record) {
    put_u8(out, kVersion);
    put_text(out, authority);
    put_u8(out, record.verdict);
    put_u16(out, record.status);
    put_time(out, record.fetched_at);
    put_time(out, record.expires_at);
    put_time(out, record.first_failure_at);
    put_text(out, record.body);
}

std::optional<StoredRobots> decode_robots(std::string_view value) {
    ValueReader in(value);
    StoredRobots out;
    in.version();
    out.authority = in.bytes().text();
    out.record.verdict = in.bytes().u8();
    out.record.status = in.bytes().u16();
    out.record.fetched_at = in.time();
    out.record.expires_at = in.time();
    out.record.first_failure_at = in.time();
    out.record.body = in.bytes().text();
    if (!in.complete()) return std::nullopt;
    return out;
}

void encode(std::string& out, const Counts& counts) {
    put_u8(out, kCountsVersion);
    for (uint64_t count : {counts.known, counts.queued, counts.due, counts.done, counts.hosts})
        put_varint(out, count);
    put_time(out, counts.latest);
}

std::optional<Counts> decode_counts(std::string_view value) {
    ValueReader in(value);
    Counts counts;
    const uint8_t version = in.bytes().u8();
    in.require(version >= 1 && version <= kCountsVersion);
    for (uint64_t* count :
         {&counts.known, &counts.queued, &counts.due, &counts.done, &counts.hosts})
        *count = in.bytes().varint();
    if (version > 1) counts.latest = in.time();
    if (!in.complete()) return std::nullopt;
    return counts;
}

tl::unexpected<Error> damaged(std::string_view what) {
    return fail(ErrorCode::corrupt, "the state database is damaged: " + std::string(what) +
                                        " cannot be read; restore the state directory from a "
                                        "backup, or run crawld repair");
}

}  // namespace crawld::format
