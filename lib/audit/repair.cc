#include "audit/repair.h"

#include <algorithm>
#include <map>
#include <utility>

#include "audit/page_lines.h"
#include "audit/rows_beside.h"
#include "base/bytes.h"
#include "base/text.h"
#include "exchange/line_reader.h"
#include "fetch/outcome.h"
#include "log/json_read.h"

namespace crawld {

namespace {

Outcome outcome_of(const SalvagedPage& page) {
    if (page.status == 304) return Outcome::not_modified;
    switch (page.status / 100) {
        case 2:
            return Outcome::ok;
        case 3:
            return Outcome::redirect;
        case 4:
            return Outcome::client_error;
        case 5:
            return Outcome::server_error;
    }
    return Outcome::odd_status;
}

std::optional<Outcome> outcome_named(std::string_view name) {
    for (const OutcomeTraits& traits : kOutcomeTraits)
        if (traits.name == name) return traits.outcome;
    return std::nullopt;
}

Discovery discovery_of(char hop) {
    switch (hop) {
        case 'R':
            return Discovery::redirect;
        case 'E':
            return Discovery::embed;
        case 'M':
            return Discovery::manifest;
    }
    return Discovery::link;
}

Priority priority_of(Discovery discovery) {
    switch (discovery) {
        case Discovery::seed:
        case Discovery::manifest:
            return Priority::seed;
        case Discovery::embed:
            return Priority::embed;
        case Discovery::link:
        case Discovery::redirect:
            return Priority::link;
    }
    return Priority::link;
}

// robots.txt files are archived, and no URLs of the frontier's.
bool is_robots(const CanonicalUrl& url) {
    return url.path_and_query() == "/robots.txt";
}

// Whether links may have been found on it: of a redirect, its target.
bool may_have_links(Outcome outcome, uint64_t status, uint64_t links_found) {
    return outcome == Outcome::redirect || (status / 100 == 2 && links_found > 0);
}

std::string shard_key(uint32_t shard) {
    std::string key;
    put_u16(key, static_cast<uint16_t>(shard));
    return key;
}

// In the order in which files are read.
bool is_before(const ArchivedUrl& row, std::string_view file, uint64_t offset) {
    return std::pair(std::string_view(row.file), row.place.offset) < std::pair(file, offset);
}

}  // namespace

// What the two databases have of the archived URLs, beside `seen`.
struct Repairer::Beside {
    RowsBeside old;
    RowsBeside fresh;
};

Result<RepairCounts> Repairer::finish() {
    RepairCounts counts = counts_;
    counts.unlinked = unlinked_.size();
    for (const UrlKey key : gone_) {
        std::string seen_key;
        put_key(seen_key, key);
        const auto seen = setup_.store.get(Family::seen, seen_key);
        if (!seen) return tl::unexpected(seen.error());
        ++(*seen ? counts.gone_queued : counts.gone_unnamed);
    }
    return counts;
}

void Repairer::cover(const std::string& time) {
    counts_.last_covered = std::max(counts_.last_covered, time);
}

Status Repairer::flush_settled(RepairCounts::Source& source) {
    const auto added = setup_.frontier.add_fetched(settled_, rows_, setup_.clock());
    if (!added) return tl::unexpected(added.error());
    source.settled += added->added + added->unqueued;
    source.queued -= std::min(source.queued, added->unqueued);  // for it was fetched
    settled_.clear();
    return {};
}

Status Repairer::flush_queued(RepairCounts::Source& source) {
    if (queued_.empty()) return {};
    Batch nothing_else;
    std::vector<HostWake> woken;
    const auto added = setup_.frontier.add(queued_, via_, nothing_else, setup_.clock(), woken);
    if (!added) return tl::unexpected(added.error());
    source.queued += *added;
    queued_.clear();
    return {};
}

Status Repairer::flush(RepairCounts::Source& source) {
    if (auto flushed = flush_settled(source); !flushed) return flushed;
    return flush_queued(source);
}

Status Repairer::settle(const FetchedElsewhere& url, RepairCounts::Source& source) {
    settled_.push_back(url);
    return settled_.size() < kBatchUrls ? Status() : flush_settled(source);
}

Status Repairer::queue(NewUrl url, std::string_view via, RepairCounts::Source& source) {
    if (via != via_ || queued_.size() >= kBatchUrls)
        if (auto flushed = flush_queued(source); !flushed) return flushed;
    via_ = via;
    if (!setup_.admission.refusal_of(url.url, url.discovery, url.depth).empty()) {
        ++counts_.refused;
        return {};
    }
    queued_.push_back(std::move(url));
    return {};
}

// Where a table cannot be read, the rows behind it may be: of the next shard.
Status Repairer::read_family(Store& old, Family family, const Row& row) {
    for (uint32_t shard = 0; shard < kVshards;) {
        const auto rows = old.scan(family, shard_key(shard), "", Caching::spare);
        std::string last = shard_key(shard);
        for (; rows->valid(); rows->next()) {
            last = rows->key();
            if (auto taken = row(rows->key(), rows->value()); !taken) return taken;
        }
        if (rows->status()) return {};
        ++counts_.database.unreadable;
        ByteReader in(last);
        shard = std::max<uint32_t>(in.u16(), shard) + 1;
    }
    return {};
}

Status Repairer::take_waiting(const std::vector<QueuedUrl>& urls, RepairCounts::Source& source) {
    for (const QueuedUrl& url : urls) {
        NewUrl found{.url = url.url,
                     .key = url.key,
                     .priority = priority_of(url.discovery),
                     .discovery = url.discovery,
                     .depth = url.depth,
                     .hops = url.hops,
                     .lastmod = url.lastmod};
        if (auto queued = queue(std::move(found), url.via, source); !queued) return queued;
    }
    return {};
}

Repairer::Record Repairer::find_record(std::string_view key, Beside& beside) {
    const auto value = beside.old.find(key);
    const auto old = value ? decode_archived_url(*value) : std::optional<ArchivedUrl>();
    if (value && !old) ++counts_.database.unreadable;
    if (!old) return Record::none;
    const auto fresh_value = beside.fresh.find(key);
    const auto fresh =
        fresh_value ? decode_archived_url(*fresh_value) : std::optional<ArchivedUrl>();
    if (fresh && !is_before(*fresh, old->file, old->place.offset)) return Record::there;
    if (!setup_.lost && !archive_files_.contains(old->file)) {
        ++counts_.missing[old->file];
        rows_.put(Family::archive, key, *value);
        return Record::missing;
    }
    return fresh ? Record::gone_but_earlier : Record::gone;
}

Status Repairer::take_seen(std::string_view key, const format::SeenRecord& seen,
                           const std::string& host, Beside& beside) {
    ByteReader in(key);
    FetchedElsewhere url{.key = {}, .host = host, .outcome = seen.outcome, .status = seen.status};
    url.key = {.host = HostKey{in.u64()}, .url = in.u64()};
    const Record record = find_record(key, beside);
    if (record == Record::gone_but_earlier) ++counts_.gone_earlier;
    if (record == Record::gone) {
        gone_.push_back(url.key);
        return {};
    }
    const auto unlinked = unlinked_.find(url.key);
    if (unlinked == unlinked_.end()) return settle(url, counts_.database);
    unlinked->second = std::move(url);
    return {};
}

Status Repairer::read_seen(Store& old) {
    std::map<std::string, std::string> names;  // of the hosts of one shard
    Beside beside{.old = RowsBeside(old, Family::archive),
                  .fresh = RowsBeside(setup_.store, Family::archive)};
    Status read = read_family(old, Family::seen, [&](std::string_view key, std::string_view value) {
        const auto seen = format::decode_seen(value);
        if (!seen || key.size() != format::kUrlKeyBytes) {
            ++counts_.database.unreadable;
            return Status();
        }
        if (seen->state != UrlState::done && seen->state != UrlState::gone) return Status();
        const std::string host(key.substr(0, format::kHostKeyBytes));
        if (!names.empty() && names.begin()->first.substr(0, 2) != host.substr(0, 2)) names.clear();
        auto known = names.find(host);
        if (known == names.end()) {
            const auto row_read = old.get(Family::host, host);
            const auto row = row_read && *row_read ? format::decode_host(**row_read)
                                                   : std::optional<format::HostRow>();
            known = names.emplace(host, row ? row->facts.name : "").first;
        }
        if (known->second.empty()) {
            ++counts_.database.unreadable;
            return Status();
        }
        return take_seen(key, *seen, known->second, beside);
    });
    counts_.database.unreadable += beside.old.unreadable();
    return read;
}

// Their lengths for good, where they may have been moved away.
Status Repairer::carry_missing(Store& old) {
    const auto sealed = sealed_lengths(old);
    if (!sealed && sealed.error().code != ErrorCode::corrupt) return tl::unexpected(sealed.error());
    if (!sealed) ++counts_.database.unreadable;
    if (!sealed || setup_.lost) return {};
    for (const CommittedLength& file : *sealed)
        if (!archive_files_.contains(file.file))
            rows_.put(Family::meta, sealed_key(file.file), encode_length(file.bytes));
    return {};
}

Result<bool> Repairer::is_gone(UrlKey key, const std::string& file, uint64_t offset) {
    if (!setup_.lost && !archive_files_.contains(file)) return false;
    const auto value = setup_.store.get(Family::archive, archived_url_key(key));
    if (!value) return tl::unexpected(value.error());
    const auto row = *value ? decode_archived_url(**value) : std::optional<ArchivedUrl>();
    return !row || is_before(*row, file, offset);
}

Status Repairer::queue_gone(std::string_view text) {
    auto url = CanonicalUrl::parse(text);
    if (!url || is_robots(*url)) return {};
    const UrlKey key = keys_.key(*url);
    return queue({.url = *std::move(url), .key = key, .depth = 1}, "", counts_.archive);
}

bool Repairer::misses_pages() const {
    return !gone_.empty() || counts_.database.unreadable > 0 || !had_database_;
}

Status Repairer::read_list(const std::string& path) {
    auto reader = LineReader::open(path);
    if (!reader) return tl::unexpected(reader.error());
    for (;;) {
        const auto text = reader->next();
        if (!text) return tl::unexpected(text.error());
        if (!*text) break;
        const auto line = (*text)->cut ? std::nullopt : read_page_line((*text)->text);
        const auto url = line ? CanonicalUrl::parse(line->url) : std::nullopt;
        if (!url || !line->offset) continue;
        const auto gone = is_gone(keys_.key(*url), line->file, *line->offset);
        if (!gone) return tl::unexpected(gone.error());
        if (*gone)
            if (auto queued = queue_gone(line->url); !queued) return queued;
    }
    return flush(counts_.archive);
}

Status Repairer::read_database(Store& old) {
    had_database_ = true;
    if (auto carried = carry_missing(old); !carried) return carried;
    if (auto seen = read_seen(old); !seen) return seen;
    Status read =
        read_family(old, Family::queue, [&](std::string_view key, std::string_view value) {
            ByteReader in(key);
            const HostKey host{in.u64()};
            const auto urls = format::decode_chunk(value, host, {});
            if (!urls) ++counts_.database.unreadable;
            return urls ? take_waiting(*urls, counts_.database) : Status();
        });
    if (!read) return read;
    const auto due = old.scan(Family::due, "", format::due_from(format::DueKind::wake, WallTime{}),
                              Caching::spare);
    for (; due->valid(); due->next()) {
        const auto key = format::decode_due_key(due->key());
        const auto urls = key ? format::decode_chunk(due->value(), key->host, {})
                              : std::optional<std::vector<QueuedUrl>>();
        if (!urls) ++counts_.database.unreadable;
        if (urls)
            if (auto taken = take_waiting(*urls, counts_.database); !taken) return taken;
    }
    if (!due->status()) ++counts_.database.unreadable;
    read = read_family(old, Family::robots, [&](std::string_view key, std::string_view value) {
        if (!format::decode_robots(value)) {
            ++counts_.database.unreadable;
            return Status();
        }
        ++counts_.robots;
        rows_.put(Family::robots, key, value);
        return Status();
    });
    if (!read) return read;
    if (auto settled = settle_unlinked(); !settled) return settled;
    return flush(counts_.database);
}

// A database that is whole has the links of what it calls settled.
Status Repairer::settle_unlinked() {
    if (counts_.database.unreadable > 0) return {};
    for (const auto& [key, settled] : unlinked_)
        if (settled)
            if (auto done = settle(*settled, counts_.database); !done) return done;
    std::erase_if(unlinked_, [](const auto& entry) { return entry.second.has_value(); });
    return {};
}

// Unless it is settled by an earlier visit, whose links are known.
Status Repairer::fetch_again(const SalvagedPage& page, UrlKey key) {
    if (auto flushed = flush_settled(counts_.archive); !flushed) return flushed;
    std::string seen_key;
    put_key(seen_key, key);
    const auto known = setup_.store.get(Family::seen, seen_key);
    if (!known) return tl::unexpected(known.error());
    const auto seen = *known ? format::decode_seen(**known) : std::optional<format::SeenRecord>();
    if (seen && seen->state != UrlState::queued) return {};
    if (setup_.admission.refusal_of(page.url, Discovery::link, 1).empty()) unlinked_[key];
    return queue({.url = page.url, .key = key, .depth = 1}, "", counts_.archive);
}

Status Repairer::take_page(const SalvagedPage& page) {
    const UrlKey key = keys_.key(page.url);
    ArchivedUrl row = page.row;
    if (page.revisit && row.copy.date == WallTime{}) {  // it refers to the copy before
        // Which may be among the rows that are not written yet.
        if (auto flushed = flush_settled(counts_.archive); !flushed) return flushed;
        const auto before = setup_.store.get(Family::archive, archived_url_key(key));
        if (!before) return tl::unexpected(before.error());
        const auto known = *before ? decode_archived_url(**before) : std::optional<ArchivedUrl>();
        if (known) row.copy = known->copy;
    }
    rows_.put(Family::archive, archived_url_key(key), encode(row));
    if (!page.new_payload.empty())
        rows_.put(Family::payload, page.new_payload,
                  encode(Original{.id = {}, .url = page.url.href(), .date = page.date}));
    cover(to_rfc3339(page.date));
    if (is_robots(page.url)) return {};
    if (!page.links_known) return fetch_again(page, key);
    unlinked_.erase(key);
    return settle({.key = key,
                   .host = std::string(page.url.host()),
                   .outcome = static_cast<uint8_t>(outcome_of(page)),
                   .status = static_cast<uint16_t>(page.status)},
                  counts_.archive);
}

Status Repairer::take_link(const SalvagedLink& link) {
    auto url = CanonicalUrl::parse(link.url);
    if (!url) {
        ++counts_.archive.unreadable;
        return {};
    }
    const UrlKey key = keys_.key(*url);
    const Discovery discovery = discovery_of(link.hop);
    return queue({.url = *std::move(url),
                  .key = key,
                  .priority = priority_of(discovery),
                  .discovery = discovery,
                  .depth = 1},
                 link.via, counts_.archive);
}

Status Repairer::read_archive(Disk& disk, const std::string& directory,
                              const std::vector<CommittedLength>& committed) {
    std::map<std::string, uint64_t> lengths;
    for (const CommittedLength& file : committed) {
        lengths[file.file] = file.bytes;
        archive_files_.insert(file.file);
    }
    if (const auto names = disk.list(directory))
        for (const std::string& name : *names)
            archive_files_.insert(name.substr(
                0, name.size() - (name.ends_with(kOpenSuffix) ? kOpenSuffix.size() : 0)));
    ArchiveSalvage salvage(
        {.disk = disk,
         .directory = directory,
         .committed = std::move(lengths),
         .page = [this](const SalvagedPage& page) { return take_page(page); },
         .link = [this](const SalvagedLink& link) { return take_link(link); },
         .file =
             [this](const CommittedLength& file, bool open) {
                 rows_.put(Family::meta, open ? committed_key(file.file) : sealed_key(file.file),
                           encode_length(file.bytes));
                 return flush(counts_.archive);
             },
         .gone = [this](std::string_view url) { return queue_gone(url); },
         .lost = setup_.lost});
    const auto read = salvage.run();
    if (!read) return tl::unexpected(read.error());
    counts_.archive_records = read->records;
    counts_.archive.unreadable += read->gaps;
    counts_.set_aside = read->set_aside;
    counts_.told = read->told;
    counts_.orphans = read->orphans;
    return flush(counts_.archive);
}

Status Repairer::take_log_line(std::string_view line) {
    std::string event, text, outcome_name, kind, time, file;
    std::optional<uint64_t> offset;
    uint64_t status = 0, depth = 0, links = 0;
    const bool whole = read_json_object(line, [&](std::string_view name, std::string_view value) {
        if (name == "event") event = value;
        if (name == "url") text = value;
        if (name == "outcome") outcome_name = value;
        if (name == "kind") kind = value;
        if (name == "ts") time = value;
        if (name == "status") status = parse_uint(value).value_or(0);
        if (name == "depth") depth = parse_uint(value).value_or(0);
        if (name == "links_found") links = parse_uint(value).value_or(0);
        if (name == "warc_file") file = value;
        if (name == "warc_offset") offset = parse_uint(value);
    });
    if (!whole) {
        ++counts_.logs.unreadable;
        return {};
    }
    if ((event != "fetch.settled" && event != "url.skipped") || kind == "robots") return {};
    auto url = CanonicalUrl::parse(text);
    const auto outcome = event == "url.skipped" && outcome_name.empty()
                             ? std::optional(Outcome::skipped)
                             : outcome_named(outcome_name);
    if (!url || url->href() != text || !outcome) {
        ++counts_.logs.unreadable;
        return {};
    }
    ++counts_.log_lines;
    cover(time);
    const UrlKey key = keys_.key(*url);
    // What may succeed later was to be tried again, unless it was given up: then it is once more.
    const bool tried_again = is_transient(*outcome) || *outcome == Outcome::canceled;
    Result<bool> gone = false;
    if (offset) gone = is_gone(key, file, *offset);
    if (!gone) return tl::unexpected(gone.error());
    if (tried_again || *gone || may_have_links(*outcome, status, links) || unlinked_.contains(key))
        return queue({.url = *std::move(url),
                      .key = key,
                      .depth = static_cast<uint16_t>(std::min<uint64_t>(depth, UINT16_MAX))},
                     "", counts_.logs);
    return settle({.key = key,
                   .host = std::string(url->host()),
                   .outcome = static_cast<uint8_t>(*outcome),
                   .status = static_cast<uint16_t>(std::min<uint64_t>(status, 999))},
                  counts_.logs);
}

Status Repairer::read_log(const std::string& path) {
    auto lines = LineReader::open(path);
    if (!lines) return tl::unexpected(lines.error());
    for (;;) {
        const auto line = lines->next();
        if (!line) return tl::unexpected(line.error());
        if (!*line) break;
        if (auto taken = take_log_line((*line)->text); !taken) return taken;
    }
    return flush(counts_.logs);
}

}  // namespace crawld
