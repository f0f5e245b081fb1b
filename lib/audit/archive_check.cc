#include "audit/archive_check.h"

#include <algorithm>

#include "archive/file_names.h"
#include "archive/sealing.h"
#include "audit/index_lines.h"
#include "audit/known_pages.h"
#include "base/bytes.h"
#include "base/check.h"
#include "base/fingerprint.h"
#include "exchange/line_reader.h"

namespace crawld {

namespace {

constexpr size_t kIndexSortBytes = 32 << 20;
constexpr size_t kSeenSortBytes = 64 << 20;
constexpr size_t kDifferingMax = 1'000;  // of one file, that are paired

// What is behind a line in the sorter: who has it.
constexpr char kOfRecord = 'r';
constexpr char kOfIndex = 'x';

bool is_page(const ReadRecord& record) {
    return record.type() == "response" || record.type() == "revisit";
}

// How a record is told in the sorter of all of them, behind what it is sorted by.
void put_origin(std::string& out, std::string_view path, uint64_t offset, std::string_view url) {
    put_text(out, path);
    put_u64(out, offset);
    put_text(out, url);
}

Fault origin_of(std::string_view bytes, std::string what) {
    ByteReader in(bytes);
    Fault fault{.file = std::string(in.text()), .offset = {}, .url = {}, .what = std::move(what)};
    fault.offset = in.u64();
    fault.url = in.text();
    CRAWLD_CHECK(!in.failed());
    return fault;
}

// 'p', the key of the URL, the date, a Said: a page, or a reference to it, which is behind it.
// 'r', the record's id and a zero byte: any other record.
constexpr char kPage = 'p';
constexpr char kOther = 'r';
constexpr size_t kUrlKeyBytes = 16;
constexpr size_t kVisitBytes = 1 + kUrlKeyBytes + 8;  // one visit has one page

enum Said : uint8_t { kInUnknownFile, kInKnownFile, kReferred };

bool is_reference(std::string_view record) {
    return record[0] == kPage && record[kVisitBytes] == kReferred;
}

size_t sorted_by(std::string_view record) {
    return record[0] == kPage ? kVisitBytes + 1 : record.find('\0') + 1;
}
bool is_same(std::string_view a, std::string_view b) {
    const size_t bytes = a[0] == kPage ? kVisitBytes : sorted_by(a);
    return b.substr(0, bytes) == a.substr(0, bytes);
}

}  // namespace

ArchiveCheck::ArchiveCheck(Setup setup, PlaceStream& places)
    : setup_(std::move(setup)),
      places_(places),
      keys_(setup_.suffixes),
      seen_(setup_.temporary_directory, kSeenSortBytes) {}

void ArchiveCheck::fault(const File& file, std::optional<uint64_t> offset, std::string_view url,
                         std::string what) {
    setup_.faults.add(
        {.file = file.path, .offset = offset, .url = std::string(url), .what = std::move(what)});
}

Status ArchiveCheck::check(const CheckedFile& checked) {
    const std::string path = setup_.directory + "/" + checked.name;
    File file{.checked = checked,
              .path = checked.open ? path + std::string(kOpenSuffix) : path,
              .index_path = setup_.directory + "/" + index_name(checked.name),
              .offsets = {},
              .gaps = {},
              .differing = {}};
    if (auto found = find_length(file); !found) return found;
    ++counts_.files;
    counts_.bytes += file.bytes;
    if (checked.open) {
        if (auto read = read_records(file, nullptr); !read) return read;
    } else {
        Sorter lines(setup_.temporary_directory, kIndexSortBytes);
        if (auto read = read_index(file, lines); !read) return read;
        if (auto read = read_records(file, &lines); !read) return read;
        if (auto compared = compare_index(file, lines); !compared) return compared;
    }
    // What a crash left half written at the end of a file whose committed length is not known.
    const auto is_tail = [&](const Gap& gap) {
        return checked.open && !checked.bytes && gap.end == file.bytes;
    };
    for (const Gap& gap : file.gaps)
        if (!gap.told && !is_tail(gap)) fault(file, gap.begin, "", gap.why);
    return {};
}

Status ArchiveCheck::find_length(File& file) {
    const auto opened = setup_.disk.open_to_read(file.path);
    if (!opened) return tl::unexpected(opened.error().error);
    const auto size = (*opened)->size();
    if (!size) return tl::unexpected(size.error().error);
    file.bytes = *size;
    const uint64_t committed = file.checked.bytes.value_or(*size);
    const bool too_long = !file.checked.open && *size > committed;
    if (*size < committed || too_long)
        fault(file, {}, "",
              "has " + std::to_string(*size) + " bytes, and " + std::to_string(committed) +
                  " were committed");
    // Behind what is committed of an open file is what the next start cuts.
    if (file.checked.open) file.bytes = std::min(*size, committed);
    return {};
}

Status ArchiveCheck::read_index(File& file, Sorter& lines) {
    const auto opened = setup_.disk.open_to_read(file.index_path);
    if (!opened && opened.error().cause != DiskCause::not_found)
        return tl::unexpected(opened.error().error);
    if (!opened) {
        setup_.faults.add(
            {.file = file.index_path, .offset = {}, .url = {}, .what = "the index is missing"});
        return {};
    }
    const auto size = (*opened)->size();
    if (!size) return tl::unexpected(size.error().error);
    auto reader = LineReader::open(file.index_path);
    if (!reader) return tl::unexpected(reader.error());
    uint64_t bytes = 0;
    std::string last;
    bool sorted = true;
    for (;;) {
        const auto line = reader->next();
        if (!line) return tl::unexpected(line.error());
        if (!*line) break;
        std::string text((*line)->text);
        bytes += text.size() + 1;
        sorted = sorted && last <= text;
        last = text;
        if (const auto offset = read_index_line(text).offset) file.offsets.push_back(*offset);
        if (auto added = lines.add(without_mime(text) + "\n" + kOfIndex); !added) return added;
    }
    if (!sorted || bytes != *size)
        setup_.faults.add({.file = file.index_path,
                           .offset = {},
                           .url = {},
                           .what = sorted ? "its last line is not whole" : "is not sorted"});
    std::sort(file.offsets.begin(), file.offsets.end());
    return {};
}

// Where a record cannot be read, the next one that the index names may be.
Status ArchiveCheck::read_records(File& file, Sorter* lines) {
    uint64_t at = 0;  // behind the last record
    for (bool more = true; more;) {
        const auto reader = WarcReader::open(setup_.disk, file.path, file.bytes, at);
        if (!reader) return tl::unexpected(reader.error());
        for (;;) {
            const auto record = (*reader)->next();
            if (!record && record.error().code != ErrorCode::corrupt)
                return tl::unexpected(record.error());
            more = !record;
            if (more) {
                const uint64_t end = end_of_gap(file.offsets, at, file.bytes);
                file.gaps.push_back(
                    {.begin = at, .end = end, .why = record.error().message, .told = false});
                at = end;
                more = at < file.bytes;
                break;
            }
            if (!*record) break;
            at = (*record)->offset + (*record)->length;
            if (auto taken = take(file, **record, lines); !taken) return taken;
        }
    }
    if (file.bytes == 0) fault(file, {}, "", "has no record");
    return take_places(file, UINT64_MAX);
}

Status ArchiveCheck::take(File& file, const ReadRecord& record, Sorter* lines) {
    ++counts_.records;
    for (const RecordProblem problem : record.problems)
        fault(file, record.offset, record.target_uri(), to_text(problem));
    if (auto taken = take_places(file, record.offset); !taken) return taken;
    const auto entry = cdxj_entry(record);
    std::optional<UrlKey> key;
    if (entry) key = keys_.key(entry->url);
    while (places_.next() && places_.next()->file == file.checked.name &&
           places_.next()->offset == record.offset) {
        take_place(file, record, key);
        if (auto advanced = places_.advance(); !advanced) return advanced;
    }
    if (is_page(record)) ++counts_.pages;
    if (entry && lines != nullptr) {
        const std::string line = cdxj_line(*entry, file.checked.name, record.offset, record.length);
        if (auto added = lines->add(without_mime(line) + kOfRecord); !added) return added;
    }
    return note_record(record, key, file);
}

// Places before the byte: no record was found there.
Status ArchiveCheck::take_places(const File& file, uint64_t before) {
    while (places_.next() && places_.next()->file == file.checked.name &&
           places_.next()->offset < before) {
        const Place& place = *places_.next();
        const auto in_gap = [&](const Gap& gap) {
            return gap.begin <= place.offset && place.offset < gap.end;
        };
        const bool readable = std::none_of(file.gaps.begin(), file.gaps.end(), in_gap);
        if (readable && !place.list.empty())
            misplaced(place, "no record begins");
        else if (readable)
            fault(file, place.offset, "",
                  "the state has the URL of key " + to_hex(place.key.host.value) +
                      to_hex(place.key.url) + " here, and no record begins");
        if (auto advanced = places_.advance(); !advanced) return advanced;
    }
    return {};
}

void ArchiveCheck::take_place(const File& file, const ReadRecord& record,
                              std::optional<UrlKey> key) {
    const Place& place = *places_.next();
    if (!place.list.empty()) {
        const auto date = parse_warc_date(record.fields.find("WARC-Date").value_or(""));
        if (key != place.key || date != place.fetched)
            misplaced(place, key == place.key ? "another visit lies" : "no record of its URL lies");
        return;
    }
    if (key != place.key)
        return fault(file, record.offset, record.target_uri(), "the state has another URL here");
    const uint64_t bytes = stored_bytes(file.checked.name, record.length);
    if (place.length != bytes)
        fault(file, record.offset, record.target_uri(),
              "the record has " + std::to_string(bytes) + " bytes, and " +
                  std::to_string(place.length) + " were committed");
    const auto digest = Digest::parse(record.fields.find("WARC-Payload-Digest").value_or(""));
    if (digest && !place.payload.empty() && digest->bytes.size() == place.payload.size() &&
        digest->bytes != place.payload)
        fault(file, record.offset, record.target_uri(),
              "its payload is not the one that was committed");
}

void ArchiveCheck::misplaced(const Place& place, std::string_view what) {
    setup_.faults.add({.file = place.list,
                       .offset = {},
                       .url = {},
                       .what = std::string(what) + " at its place in the archive, " + place.file +
                               " byte " + std::to_string(place.offset),
                       .line = place.line});
}

ArchiveCheck::Gap* ArchiveCheck::gap_at(File& file, uint64_t offset) {
    for (Gap& gap : file.gaps)
        if (gap.begin <= offset && offset < gap.end) return &gap;
    return nullptr;
}

// Both have the same lines, or what is over is told.
Status ArchiveCheck::compare_index(File& file, Sorter& lines) {
    if (auto sorted = lines.sort(); !sorted) return sorted;
    std::string last;  // whose other half may follow; empty: none
    const auto tell_last = [&] {
        if (last.empty()) return;
        differs(file, std::string_view(last).substr(0, last.size() - 2), last.back() == kOfIndex);
        last.clear();
    };
    for (;;) {
        const auto next = lines.next();
        if (!next) return tl::unexpected(next.error());
        if (!*next) break;
        const std::string_view line = **next;
        const bool pair =
            !last.empty() && last.back() != line.back() &&
            std::string_view(last).substr(0, last.size() - 1) == line.substr(0, line.size() - 1);
        if (pair) {
            last.clear();
            continue;
        }
        tell_last();
        last = line;
    }
    tell_last();
    tell_differing(file);
    return {};
}

void ArchiveCheck::differs(File& file, std::string_view line, bool in_index) {
    IndexLine read = read_index_line(line);
    if (!read.offset) {
        setup_.faults.add({.file = file.index_path,
                           .offset = {},
                           .url = std::string(line.substr(0, 200)),
                           .what = "is no line of an index"});
        return;
    }
    if (Gap* gap = in_index ? gap_at(file, *read.offset) : nullptr; gap != nullptr) {
        gap->told = true;
        return fault(file, read.offset, read.url, gap->why);
    }
    Differs& differing = file.differing[*read.offset];
    (in_index ? differing.in_index : differing.in_file) = true;
    if (differing.url.empty() || !in_index) differing.url = std::move(read.url);
    if (file.differing.size() >= kDifferingMax) tell_differing(file);
}

void ArchiveCheck::tell_differing(File& file) {
    for (const auto& [offset, differing] : file.differing) {
        std::string what = "is not in the index ";
        if (differing.in_index)
            what = differing.in_file ? "is otherwise in the index "
                                     : "no record of this URL begins here, as says the index ";
        what += index_name(file.checked.name);
        fault(file, offset, differing.url, what);
    }
    file.differing.clear();
}

Status ArchiveCheck::note_record(const ReadRecord& record, std::optional<UrlKey> key,
                                 const File& file) {
    scratch_.clear();
    const auto date = parse_warc_date(record.fields.find("WARC-Date").value_or(""));
    if (key && date) {
        put_u8(scratch_, static_cast<uint8_t>(kPage));
        put_key(scratch_, *key);
        put_u64(scratch_, static_cast<uint64_t>(to_us(*date)));
        put_u8(scratch_, file.checked.bytes ? kInKnownFile : kInUnknownFile);
    } else {
        const std::string_view id = record.fields.uri("WARC-Record-ID");
        if (id.empty() || id.find('\0') != id.npos) return {};
        put_u8(scratch_, static_cast<uint8_t>(kOther));
        scratch_ += id;
        put_u8(scratch_, 0);
    }
    put_origin(scratch_, file.path, record.offset, record.target_uri());
    if (auto added = seen_.add(scratch_); !added) return added;
    const auto referred = record.fields.find("WARC-Refers-To-Date");
    if (!referred) return {};
    return note_reference(record.fields.uri("WARC-Refers-To-Target-URI"),
                          parse_warc_date(*referred), file.path, record.offset);
}

Status ArchiveCheck::note_reference(std::string_view url, std::optional<WallTime> date,
                                    const std::string& path, uint64_t offset) {
    const auto target = CanonicalUrl::parse(url);
    if (!target || !date) return {};
    scratch_.clear();
    put_u8(scratch_, static_cast<uint8_t>(kPage));
    put_key(scratch_, keys_.key(*target));
    put_u64(scratch_, static_cast<uint64_t>(to_us(*date)));
    put_u8(scratch_, kReferred);
    put_origin(scratch_, path, offset, url);
    return seen_.add(scratch_);
}

// What later visits will refer to.
Status ArchiveCheck::note_payloads(Store& store) {
    const auto rows = store.scan(Family::payload, "", "", Caching::spare);
    for (; rows->valid(); rows->next()) {
        const auto original = decode_original(rows->value());
        if (!original) {
            setup_.faults.add({.file = std::string(kStateName),
                               .offset = {},
                               .url = {},
                               .what = "what it has of an archived payload cannot be read"});
            continue;
        }
        if (auto noted = note_reference(original->url, original->date, std::string(kStateName), 0);
            !noted)
            return noted;
    }
    return rows->status();
}

void ArchiveCheck::tell_twice(std::string_view one, std::string_view other) {
    const Fault first = origin_of(one.substr(sorted_by(one)), "");
    const bool page = one[0] == kPage;
    setup_.faults.add(origin_of(
        other.substr(sorted_by(other)),
        std::string(page ? "one visit is archived twice" : "a record of that name is there twice") +
            ", also in " + first.file + " at byte " + std::to_string(*first.offset)));
}

Status ArchiveCheck::finish(Store* rows, bool is_whole) {
    if (rows != nullptr)
        if (auto noted = note_payloads(*rows); !noted) return noted;
    if (auto sorted = seen_.sort(); !sorted) return sorted;
    KnownPages known(rows, Family::archive, setup_.faults);
    std::string last;
    for (;;) {
        const auto next = seen_.next();
        if (!next) return tl::unexpected(next.error());
        if (!*next) break;
        const std::string_view record = **next;
        if (is_reference(record)) {
            if (is_whole && (last.empty() || !is_same(last, record)))
                setup_.faults.add(
                    origin_of(record.substr(sorted_by(record)),
                              "refers to a record of this URL that is not in the archive"));
            continue;
        }
        if (!last.empty() && is_same(last, record)) tell_twice(last, record);
        const bool file_is_known = record[0] == kPage && record[kVisitBytes] == kInKnownFile;
        if (file_is_known)
            if (auto looked = known.add(record.substr(1, kUrlKeyBytes),
                                        origin_of(record.substr(sorted_by(record)), ""));
                !looked)
                return looked;
        last = record;
    }
    return known.look();
}

}  // namespace crawld
