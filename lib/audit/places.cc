#include "audit/places.h"

#include "base/bytes.h"
#include "base/check.h"
#include "base/fingerprint.h"

namespace crawld {

namespace {

// Names have no zero byte, so they sort before all that begin with them.
std::string begin_record(std::string_view file, uint64_t offset, bool listed) {
    std::string record(file);
    put_u8(record, 0);
    put_u64(record, offset);
    put_u8(record, listed ? 1 : 0);
    return record;
}

std::string record_of(std::string_view key, const ArchivedUrl& row) {
    std::string record = begin_record(row.file, row.place.offset, false);
    put_u64(record, row.place.length);
    record += key;
    record += row.copy.payload;
    return record;
}

Place place_of(std::string_view record) {
    const size_t name_end = record.find('\0');
    CRAWLD_CHECK(name_end != record.npos);
    ByteReader in(record.substr(name_end + 1));
    Place place{.file = std::string(record.substr(0, name_end)), .payload = {}, .list = {}};
    place.offset = in.u64();
    const bool listed = in.u8() != 0;
    if (!listed) place.length = in.u64();
    place.key = {.host = HostKey{in.u64()}, .url = in.u64()};
    if (listed) {
        place.line = in.u64();
        place.fetched = wall_from_us(static_cast<int64_t>(in.u64()));
        place.list = in.rest();
    } else {
        place.payload = in.rest();
    }
    CRAWLD_CHECK(!in.failed());
    return place;
}

}  // namespace

PlaceStream::PlaceStream(std::string temporary_directory)
    : sorter_(std::move(temporary_directory), kSortBytes) {}

Status PlaceStream::read(Store& store, FaultList& faults) {
    const size_t key_bytes = archived_url_key(UrlKey{}).size();
    const auto rows = store.scan(Family::archive, "", "", Caching::spare);
    for (; rows->valid(); rows->next()) {
        const auto row = decode_archived_url(rows->value());
        const bool good =
            row && rows->key().size() == key_bytes && row->file.find('\0') == row->file.npos;
        if (!good) {
            faults.add({.file = std::string(kStateName),
                        .offset = {},
                        .url = {},
                        .what = "what it has of an archived URL cannot be read"});
            continue;
        }
        if (auto added = sorter_.add(record_of(rows->key(), *row)); !added) return added;
    }
    return rows->status();
}

Status PlaceStream::add(const Place& listed) {
    std::string record = begin_record(listed.file, listed.offset, true);
    put_key(record, listed.key);
    put_u64(record, listed.line);
    put_u64(record, static_cast<uint64_t>(to_us(listed.fetched)));
    return sorter_.add(record += listed.list);
}

Status PlaceStream::begin() {
    if (auto sorted = sorter_.sort(); !sorted) return sorted;
    return advance();
}

Status PlaceStream::advance() {
    const auto record = sorter_.next();
    if (!record) return tl::unexpected(record.error());
    next_.reset();
    if (*record) next_ = place_of(**record);
    return {};
}

}  // namespace crawld
