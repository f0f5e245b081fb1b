#include "audit/page_list_check.h"

#include <algorithm>

#include "archive/file_names.h"
#include "audit/known_pages.h"
#include "audit/page_lines.h"
#include "base/bytes.h"
#include "base/check.h"
#include "crawl/page_sink.h"

namespace crawld {

namespace {

constexpr size_t kSortBytes = 32 << 20;

// A visit in the sorter: the key of its URL, its time, whether the state should know it; then the
// line.
constexpr size_t kListedBytes = KnownPages::kKeyBytes + 8;

std::string visit_record(UrlKey key, WallTime fetched, bool known, uint64_t line,
                         std::string_view path) {
    std::string record;
    put_key(record, key);
    put_u64(record, static_cast<uint64_t>(to_us(fetched)));
    put_u8(record, known ? 1 : 0);
    put_u64(record, line);
    return record += path;
}

Fault line_of(std::string_view record) {
    ByteReader in(record.substr(kListedBytes + 1));
    const uint64_t line = in.u64();
    CRAWLD_CHECK(!in.failed());
    return {.file = std::string(in.rest()), .offset = {}, .url = {}, .what = {}, .line = line};
}

}  // namespace

PageListCheck::PageListCheck(Setup setup, PlaceStream& places, FileCounts& files)
    : setup_(std::move(setup)),
      places_(places),
      files_(files),
      keys_(setup_.suffixes),
      visits_(setup_.temporary_directory, kSortBytes) {}

void PageListCheck::fault(const std::string& path, std::optional<uint64_t> line, std::string what) {
    setup_.faults.add(
        {.file = path, .offset = {}, .url = {}, .what = std::move(what), .line = line});
}

Status PageListCheck::read_rows(Store& store) {
    for (const bool for_good : {true, false}) {
        auto lists = for_good ? ended_lists(store) : open_lists(store);
        if (!lists) return tl::unexpected(lists.error());
        for (CommittedList& list : *lists) {
            Known& known = lists_[list.length.file];
            known.for_good = for_good;
            known.committed = std::move(list);
        }
    }
    return {};
}

Status PageListCheck::find_files() {
    const auto ours = FileNames::make(page_file_names());
    CRAWLD_CHECK(ours.has_value());
    const auto names = setup_.disk.list(setup_.directory);
    if (!names && names.error().cause == DiskCause::not_found) return {};
    if (!names) return tl::unexpected(names.error().error);
    for (std::string name : *names) {
        const bool open = name.ends_with(kOpenSuffix);
        if (open) name.resize(name.size() - kOpenSuffix.size());
        if (!ours->serial_of(name)) continue;
        Known& known = lists_[name];
        (open ? known.open : known.ended) = true;
    }
    return {};
}

Status PageListCheck::check(const std::string& name, const Known& known, bool has_rows) {
    const std::string path = setup_.directory + "/" + name;
    const std::string open_path = path + std::string(kOpenSuffix);
    if (!known.open && !known.ended) {
        if (known.for_good && setup_.moved)
            ++files_.moved;
        else
            fault(known.for_good ? path : open_path, {}, "is missing");
        return {};
    }
    if (known.open && known.ended) fault(path, {}, "is there twice, open and with its name");
    if (known.open && !known.ended && known.for_good) fault(path, {}, "had its name, and is open");
    if (known.open && !known.ended && !known.committed && has_rows) {
        ++files_.leftovers;
        return {};
    }
    if (!known.committed && has_rows) ++files_.strangers;
    List list{.path = known.ended ? path : open_path, .bytes = {}, .digest = {}};
    if (known.committed) {
        list.bytes = known.committed->length.bytes;
        list.digest = known.committed->digest;
    }
    const uint64_t before = setup_.faults.count();
    if (auto checked = check_length(list, !known.ended); !checked) return checked;
    ++counts_.lists;
    // Bytes that are not there, or too many: what is there is still read.
    if (setup_.faults.count() > before) list.digest.reset();
    return read_lines(list);
}

Status PageListCheck::check_length(List& list, bool open) {
    const auto file = setup_.disk.open_to_read(list.path);
    if (!file) return tl::unexpected(file.error().error);
    const auto size = (*file)->size();
    if (!size) return tl::unexpected(size.error().error);
    const uint64_t committed = list.bytes.value_or(*size);
    if (*size < committed || (!open && *size > committed))
        fault(list.path, {},
              "has " + std::to_string(*size) + " bytes, and " + std::to_string(committed) +
                  " were committed");
    // Behind what is committed of an open one is what the next start cuts.
    list.bytes = open ? std::min(*size, committed) : *size;
    return {};
}

Status PageListCheck::read_lines(const List& list) {
    auto reader = LineReader::open(list.path);
    if (!reader) return tl::unexpected(reader.error());
    const uint64_t before = setup_.faults.count();
    uint64_t bytes = 0, digest = 0;
    bool whole = true;
    while (bytes < *list.bytes) {
        const auto line = reader->next();
        if (!line) return tl::unexpected(line.error());
        if (!*line) break;
        bytes += (*line)->raw.size();
        if ((*line)->cut) {
            fault(list.path, reader->line(), "is too long for the line of a page");
            return {};
        }
        whole = (*line)->raw.ends_with('\n');
        if (list.digest && whole) digest = add_line(digest, (*line)->raw);
        if (auto taken = take(list, reader->line(), (*line)->text); !taken) return taken;
    }
    if (setup_.faults.count() > before) return {};
    if (!whole || bytes != *list.bytes)
        fault(list.path, reader->line(), "is not whole");
    else if (list.digest && digest != *list.digest)
        fault(list.path, {}, "its lines are not those that were committed");
    return {};
}

Status PageListCheck::take(const List& list, uint64_t number, std::string_view text) {
    ++counts_.lines;
    const auto line = read_page_line(text);
    if (!line) {
        fault(list.path, number, "is no object of JSON");
        return {};
    }
    const auto url = CanonicalUrl::parse(line->url);
    if (!url || !line->fetched || line->file.empty() == line->offset.has_value()) {
        fault(list.path, number, "is not the line of a page");
        return {};
    }
    const UrlKey key = keys_.key(*url);
    if (line->offset) {
        Place place{.file = line->file, .payload = {}, .list = list.path};
        place.offset = *line->offset;
        place.key = key;
        place.line = number;
        place.fetched = *line->fetched;
        if (auto added = places_.add(place); !added) return added;
    }
    return visits_.add(
        visit_record(key, *line->fetched, list.digest.has_value(), number, list.path));
}

Status PageListCheck::finish(Store* store) {
    if (auto sorted = visits_.sort(); !sorted) return sorted;
    KnownPages known(store, Family::seen, setup_.faults);
    std::string last;
    for (;;) {
        const auto next = visits_.next();
        if (!next) return tl::unexpected(next.error());
        if (!*next) break;
        const std::string_view visit = **next;
        if (!last.empty() && visit.substr(0, kListedBytes) == last.substr(0, kListedBytes)) {
            const Fault first = line_of(last), second = line_of(visit);
            fault(second.file, second.line,
                  "one visit is listed twice, also in " + first.file + " line " +
                      std::to_string(*first.line));
        }
        if (visit[kListedBytes] != '\0')
            if (auto looked = known.add(visit.substr(0, KnownPages::kKeyBytes), line_of(visit));
                !looked)
                return looked;
        last = visit;
    }
    return known.look();
}

Result<PageListCounts> PageListCheck::run(Store* store) {
    if (store != nullptr)
        if (auto read = read_rows(*store); !read) return tl::unexpected(read.error());
    if (auto found = find_files(); !found) return tl::unexpected(found.error());
    for (const auto& [name, known] : lists_)
        if (auto checked = check(name, known, store != nullptr); !checked)
            return tl::unexpected(checked.error());
    if (auto finished = finish(store); !finished) return tl::unexpected(finished.error());
    return counts_;
}

}  // namespace crawld
