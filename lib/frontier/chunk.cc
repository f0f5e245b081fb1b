// Chunks: the URLs of one host that came together. Neighbours share most of their text.

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "frontier/format.h"
#include "frontier/value_io.h"

namespace crawld::format {

namespace {

constexpr uint8_t kDiscoveryBits = 0x07;
constexpr uint8_t kHasVia = 0x08;
constexpr uint8_t kHasAttempt = 0x10;
constexpr uint8_t kHasDiscovered = 0x20;
constexpr uint8_t kHasValidators = 0x40;
constexpr uint8_t kHasMore = 0x80;
// The second byte of flags.
constexpr uint8_t kMoreLastmod = 0x01;
constexpr uint8_t kMoreCounted = 0x02;

size_t shared_bytes(std::string_view a, std::string_view b) {
    const auto end = std::mismatch(a.begin(), a.begin() + std::min(a.size(), b.size()), b.begin());
    return static_cast<size_t>(end.first - a.begin());
}

// What CanonicalUrl::trusted relies on.
bool has_shape_of_url(std::string_view text) {
    if (!text.starts_with("http://") && !text.starts_with("https://")) return false;
    text.remove_prefix(text.find("//") + 2);
    const size_t path_begin = text.find('/');
    if (path_begin == std::string_view::npos || path_begin == 0) return false;
    const std::string_view authority = text.substr(0, path_begin);
    const size_t bracket = authority.find(']');
    if (authority.front() == '[' && bracket == std::string_view::npos) return false;
    const size_t colon = authority.find(':', authority.front() == '[' ? bracket : 0);
    if (colon == std::string_view::npos) return true;
    const auto port = parse_uint(authority.substr(colon + 1));
    return colon > 0 && port && *port <= 65535;
}

struct Entry {
    std::string text;
    std::string_view via;
    Discovery discovery = Discovery::link;
    uint16_t depth = 0;
    uint8_t hops = 0;
    uint32_t attempt = 0;
    WallTime first_try{};
    WallTime discovered{};
    Validators validators;
    WallTime lastmod{};
    bool counted = false;
};

// Makes the entry before into the next one.
void read_entry(ValueReader& in, Entry& entry) {
    const uint8_t flags = in.bytes().u8();
    in.require((flags & kDiscoveryBits) <= static_cast<uint8_t>(Discovery::manifest));
    entry.discovery = static_cast<Discovery>(flags & kDiscoveryBits);
    const uint64_t shared = in.bytes().varint();
    in.require(shared <= entry.text.size());
    if (!in.good()) return;
    entry.text.resize(shared);
    entry.text.append(in.bytes().text());
    entry.depth = in.number<uint16_t>();
    entry.hops = in.bytes().u8();
    if ((flags & kHasVia) != 0) entry.via = in.bytes().text();
    entry.attempt = (flags & kHasAttempt) != 0 ? in.number<uint32_t>() : 0;
    entry.first_try = (flags & kHasAttempt) != 0 ? in.time() : WallTime{};
    if ((flags & kHasDiscovered) != 0) entry.discovered = in.time();
    entry.validators = {};
    if ((flags & kHasValidators) != 0) {
        entry.validators.etag = in.bytes().text();
        entry.validators.last_modified = in.bytes().text();
        in.require(!entry.validators.empty());
    }
    const uint8_t more = (flags & kHasMore) != 0 ? in.bytes().u8() : 0;
    in.require((more != 0) == ((flags & kHasMore) != 0));
    in.require((more & ~(kMoreLastmod | kMoreCounted)) == 0);
    entry.counted = (more & kMoreCounted) != 0;
    entry.lastmod = {};
    if ((more & kMoreLastmod) != 0) {
        entry.lastmod = in.time();
        in.require(entry.lastmod != WallTime{});
    }
    in.require(has_shape_of_url(entry.text));
}

}  // namespace

ChunkItem chunk_item(const QueuedUrl& url) {
    return {.href = url.url.href(),
            .via = url.via,
            .discovery = url.discovery,
            .depth = url.depth,
            .hops = url.hops,
            .attempt = url.attempt,
            .first_try = url.first_try,
            .discovered = url.discovered,
            .etag = url.validators.etag,
            .last_modified = url.validators.last_modified,
            .lastmod = url.lastmod,
            .counted = url.counted};
}

void encode_chunk(std::string& out, std::span<const ChunkItem> items) {
    CRAWLD_CHECK(!items.empty() && items.size() <= kChunkUrlsMax);
    put_u8(out, kVersion);
    put_varint(out, items.size());
    ChunkItem before;
    for (const ChunkItem& item : items) {
        const bool tried = item.attempt != 0 || item.first_try != WallTime{};
        const bool new_via = item.via != before.via;
        const bool new_discovered = item.discovered != before.discovered;
        const bool validators = !item.etag.empty() || !item.last_modified.empty();
        const bool lastmod = item.lastmod > WallTime{};  // time is from 1970 on
        const int more = (lastmod ? kMoreLastmod : 0) | (item.counted ? kMoreCounted : 0);
        const int flags = static_cast<int>(item.discovery) | (new_via ? kHasVia : 0) |
                          (tried ? kHasAttempt : 0) | (new_discovered ? kHasDiscovered : 0) |
                          (validators ? kHasValidators : 0) | (more != 0 ? kHasMore : 0);
        const size_t shared = shared_bytes(before.href, item.href);
        put_u8(out, static_cast<uint8_t>(flags));
        put_varint(out, shared);
        put_text(out, item.href.substr(shared));
        put_varint(out, item.depth);
        put_u8(out, item.hops);
        if (new_via) put_text(out, item.via);
        if (tried) {
            put_varint(out, item.attempt);
            put_time(out, item.first_try);
        }
        if (new_discovered) put_time(out, item.discovered);
        if (validators) {
            put_text(out, item.etag);
            put_text(out, item.last_modified);
        }
        if (more != 0) put_u8(out, static_cast<uint8_t>(more));
        if (lastmod) put_time(out, item.lastmod);
        before = item;
    }
}

std::optional<std::vector<QueuedUrl>> decode_chunk(std::string_view value, HostKey host,
                                                   ChunkRef ref) {
    ValueReader in(value);
    in.version();
    const uint64_t count = in.bytes().varint();
    in.require(count >= 1 && count <= kChunkUrlsMax);
    std::vector<QueuedUrl> out;
    out.reserve(in.good() ? count : 0);
    Entry entry;
    while (in.good() && out.size() < count) {
        read_entry(in, entry);
        if (!in.good()) return std::nullopt;
        CanonicalUrl url = CanonicalUrl::trusted(entry.text);
        const UrlKey key = url_key(url, host);
        out.push_back({.url = std::move(url),
                       .key = key,
                       .priority = ref.priority,
                       .discovery = entry.discovery,
                       .depth = entry.depth,
                       .hops = entry.hops,
                       .attempt = entry.attempt,
                       .discovered = entry.discovered,
                       .first_try = entry.first_try,
                       .via = std::string(entry.via),
                       .validators = std::move(entry.validators),
                       .lastmod = entry.lastmod,
                       .counted = entry.counted,
                       .chunk = ref});
    }
    if (!in.complete()) return std::nullopt;
    return out;
}

}  // namespace crawld::format
