// The frontier's keys and values on disk, format version kStateFormatVersion of store/store.h.
//
// Numbers in keys are big-endian, so that the order of bytes is the order of numbers. In values,
// uN is big-endian of N bits, varint is LEB128, text is a varint of its bytes and the bytes, and
// time is u64 of microseconds since 1970. The database has a checksum over every block and log
// record, so values have none; each kind of value that may grow starts with a version byte.
//
//     seen    host(8) url(8)            -> state u8, then
//                                            queued:            nothing: in the chunk it came in
//                                            queued, moved:     priority u8, seq varint: in this
//                                            one done, gone, due:   outcome u8, status u16
//     host    host(8)                   -> version u8, name text, politeness text, not_before time,
//                                          pages varint, bytes varint, failures varint,
//                                          fetching varint (us; from version 2 on), queued varint,
//                                          wake_at time (0: no wake entry),
//                                          4 x (head varint, fresh - head varint, tail - fresh
//                                          varint), one per priority
//     queue   host(8) priority(1) seq(8) -> a chunk
//     due     0x00 time(8) host(8) url(8) -> a chunk of one URL, to be tried again at `time`
//     due     0x01 time(8) host(8)      -> name text: the host has work and may sleep until `time`
//     robots  vshard(2) authority_fp(6) -> version u8, authority text, verdict u8, status u16,
//                                          fetched_at, expires_at, first_failure_at time, body text
//     meta    "frontier/counts"         -> version u8, known, queued, due, done, hosts varint,
//                                          latest time (from version 2 on)
//
//     chunk   = version u8, count varint (1..64), count x entry
//     entry   = flags u8, shared varint, rest text, depth varint, hops u8,
//               [via text] if flags & 0x08, [attempt varint, first_try time] if flags & 0x10,
//               [discovered time] if flags & 0x20, [etag text, last_modified text] if flags & 0x40,
//               [more u8, [lastmod time] if more & 0x01] if flags & 0x80
//               The low three bits of flags are the Discovery; 0x02 of `more` says that the URL is
//               counted among the pages of its host, other bits are zero, and one is set. The URL
//               is the first `shared` bytes of the entry before and `rest`. An entry without `via`
//               or `discovered` has those of the entry before (empty and zero in front of the
//               first); without `attempt` it was never tried.
//
// seen.host is the HostKey (url/keys.h): vshard(2) and fingerprint(6). Fingerprints of URLs are not
// in a chunk: they are computed from the text.
//
// Errors: a decoder gives nullopt for anything that the encoder would not have written; the caller
//         makes that damaged(), never silence.
// Test:   tests/unit/frontier/format_test.cc
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "frontier/types.h"

namespace crawld::format {

inline constexpr uint8_t kVersion = 1;
inline constexpr size_t kChunkUrlsMax = 64;
inline constexpr size_t kUrlKeyBytes = 16;
inline constexpr size_t kHostKeyBytes = 8;
inline constexpr std::string_view kCountsKey = "frontier/counts";

struct SeenRecord {
    UrlState state = UrlState::queued;
    std::optional<ChunkRef> moved_to;  // queued: it came back into this chunk
    uint8_t outcome = 0;               // otherwise: of the last attempt
    uint16_t status = 0;
};
void encode(std::string& out, const SeenRecord& record);
std::optional<SeenRecord> decode_seen(std::string_view value);

// The chunks of one priority: some of [head, fresh) are still there, all of [fresh, tail) are and
// were never loaded. Nothing is below head.
struct QueueMarks {
    uint64_t head = 0;
    uint64_t fresh = 0;
    uint64_t tail = 0;
    bool operator==(const QueueMarks&) const = default;
};
struct HostRow {
    HostFacts facts;
    std::array<QueueMarks, kPriorities> queues;
    uint64_t queued = 0;  // URLs
    WallTime wake_at{};   // where its wake entry is; zero: it has none
};
void encode(std::string& out, const HostRow& row);
std::optional<HostRow> decode_host(std::string_view value);

struct ChunkItem {
    std::string_view href;
    std::string_view via;
    Discovery discovery = Discovery::link;
    uint16_t depth = 0;
    uint8_t hops = 0;
    uint32_t attempt = 0;
    WallTime first_try{};
    WallTime discovered{};
    std::string_view etag{};
    std::string_view last_modified{};
    WallTime lastmod{};
    bool counted = false;
};
ChunkItem chunk_item(const QueuedUrl& url);  // views of it
void encode_chunk(std::string& out, std::span<const ChunkItem> items);
std::optional<std::vector<QueuedUrl>> decode_chunk(std::string_view value, HostKey host,
                                                   ChunkRef ref);

std::string queue_key(HostKey host, Priority priority, uint64_t seq);
std::optional<uint64_t> seq_of_queue_key(std::string_view key);

enum class DueKind : uint8_t { retry, wake };  // numbers are on disk
struct DueKey {
    DueKind kind = DueKind::retry;
    WallTime at{};
    HostKey host;
    uint64_t url = 0;  // retry only
};
std::string due_key(const DueKey& key);
// The first key of this kind at or after a time.
std::string due_from(DueKind kind, WallTime at);
std::optional<DueKey> decode_due_key(std::string_view key);

std::string robots_key(HostKey host, std::string_view authority);
void encode(std::string& out, std::string_view authority, const RobotsRecord& record);
struct StoredRobots {
    std::string authority;
    RobotsRecord record;
};
std::optional<StoredRobots> decode_robots(std::string_view value);

struct Counts {
    uint64_t known = 0;
    uint64_t queued = 0;
    uint64_t due = 0;
    uint64_t done = 0;
    uint64_t hosts = 0;
    WallTime latest{};  // that a change was made at
    bool operator==(const Counts&) const = default;
};
void encode(std::string& out, const Counts& counts);
std::optional<Counts> decode_counts(std::string_view value);

// The error for a value that does not decode; `what` names it ("a chunk of host example.org").
tl::unexpected<Error> damaged(std::string_view what);

}  // namespace crawld::format
