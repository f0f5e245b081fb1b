#include "crawl/archive_rows.h"

#include "base/bytes.h"

namespace crawld {

namespace {

constexpr std::string_view kCommittedPrefix = "archive/";
constexpr std::string_view kSealedPrefix = "sealed/";
constexpr std::string_view kPagesPrefix = "pages/";
constexpr std::string_view kEndedPagesPrefix = "listed/";
constexpr uint8_t kVersion = 1;
constexpr uint8_t kVersionOfOthersCopy = 2;

Result<std::vector<CommittedList>> lists(Store& store, std::string_view prefix) {
    std::vector<CommittedList> found;
    std::string end(prefix);
    ++end.back();
    const auto rows = store.scan(Family::meta, prefix, end);
    for (; rows->valid(); rows->next()) {
        ByteReader in(rows->value());
        found.push_back(
            {.length = {std::string(rows->key().substr(prefix.size())), in.u64()}, .digest = {}});
        if (!in.at_end()) found.back().digest = in.u64();
        if (in.failed() || !in.at_end())
            return fail(ErrorCode::corrupt, "the state's record of the archive file " +
                                                found.back().length.file + " is damaged");
    }
    if (Status read = rows->status(); !read) return tl::unexpected(read.error());
    return found;
}

Result<std::vector<CommittedLength>> lengths(Store& store, std::string_view prefix) {
    auto found = lists(store, prefix);
    if (!found) return tl::unexpected(found.error());
    std::vector<CommittedLength> lengths;
    for (CommittedList& list : *found)
        lengths.push_back(std::move(list.length));
    return lengths;
}

}  // namespace

std::string encode(const ArchivedUrl& row) {
    std::string value;
    put_u8(value, row.copy.url.empty() ? kVersion : kVersionOfOthersCopy);
    put_text(value, row.copy.payload);
    put_u64(value, static_cast<uint64_t>(to_us(row.copy.date)));
    put_text(value, row.file);
    put_varint(value, row.place.offset);
    put_varint(value, row.place.length);
    if (!row.copy.url.empty()) put_text(value, row.copy.url);
    return value;
}

std::optional<ArchivedUrl> decode_archived_url(std::string_view value) {
    ByteReader in(value);
    const uint8_t version = in.u8();
    ArchivedUrl row;
    row.copy.payload = in.text();
    row.copy.date = wall_from_us(static_cast<int64_t>(in.u64()));
    row.file = in.text();
    row.place.offset = in.varint();
    row.place.length = in.varint();
    if (version == kVersionOfOthersCopy) row.copy.url = in.text();
    const bool known = version == kVersion || version == kVersionOfOthersCopy;
    if (in.failed() || !in.at_end() || !known) return std::nullopt;
    return row;
}

std::string encode(const Original& row) {
    std::string value;
    put_u8(value, kVersion);
    put_u64(value, static_cast<uint64_t>(to_us(row.date)));
    put_text(value, row.url);
    return value;
}

std::optional<Original> decode_original(std::string_view value) {
    ByteReader in(value);
    const uint8_t version = in.u8();
    Original row;
    row.date = wall_from_us(static_cast<int64_t>(in.u64()));
    row.url = in.text();
    if (in.failed() || !in.at_end() || version != kVersion) return std::nullopt;
    return row;
}

std::string archived_url_key(UrlKey key) {
    std::string bytes;
    put_key(bytes, key);
    return bytes;
}

std::string committed_key(const std::string& file) {
    return std::string(kCommittedPrefix) + file;
}

std::string sealed_key(const std::string& file) {
    return std::string(kSealedPrefix) + file;
}

std::string pages_key(const std::string& file) {
    return std::string(kPagesPrefix) + file;
}

std::string ended_pages_key(const std::string& file) {
    return std::string(kEndedPagesPrefix) + file;
}

std::string encode_length(uint64_t bytes) {
    std::string value;
    put_u64(value, bytes);
    return value;
}

std::string encode(const CommittedList& list) {
    std::string value = encode_length(list.length.bytes);
    if (list.digest) put_u64(value, *list.digest);
    return value;
}

Result<std::vector<CommittedLength>> committed_lengths(Store& store) {
    return lengths(store, kCommittedPrefix);
}

Result<std::vector<CommittedLength>> sealed_lengths(Store& store) {
    return lengths(store, kSealedPrefix);
}

Result<std::vector<CommittedLength>> page_lengths(Store& store) {
    return lengths(store, kPagesPrefix);
}

Result<std::vector<CommittedList>> open_lists(Store& store) {
    return lists(store, kPagesPrefix);
}

Result<std::vector<CommittedList>> ended_lists(Store& store) {
    return lists(store, kEndedPagesPrefix);
}

}  // namespace crawld
