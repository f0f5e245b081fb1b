#include "exchange/export.h"

#include <array>

#include "base/bytes.h"
#include "base/check.h"
#include "base/fingerprint.h"
#include "base/text.h"
#include "crawl/digest.h"
#include "exchange/line_reader.h"
#include "exchange/sorter.h"
#include "fetch/outcome.h"
#include "frontier/format.h"
#include "log/json_read.h"

namespace crawld {

namespace {

constexpr size_t kSinkBytes = 64 * 1024;  // handed over at once

// Where a record of the sorter comes from; its byte behind the key, so that what the frontier says
// comes last and counts. Of several lines of a log the latest comes last.
enum class Origin : uint8_t { log, queue, due };

// key(16) origin(1) rank(text) packed KnownUrl. The rank is the time of a log's line, and of a
// queued URL the chunk it is in.
void put_record_head(std::string& out, UrlKey key, Origin origin, std::string_view rank) {
    out.clear();
    put_key(out, key);
    put_u8(out, static_cast<uint8_t>(origin));
    put_text(out, rank);
}

std::string rank_of(ChunkRef ref) {
    std::string rank;
    put_u8(rank, static_cast<uint8_t>(ref.priority));
    put_u64(rank, ref.seq);
    return rank;
}

KnownUrl known_of(const QueuedUrl& url) {
    KnownUrl known{.url = url.url.href(), .depth = url.depth, .via = url.via};
    known.found_as = std::array{"seed", "link", "redirect", "embed",
                                "manifest"}[static_cast<size_t>(url.discovery)];
    known.attempts = url.attempt;
    known.discovered_at = url.discovered;
    return known;
}

// One line of a crawl log, if it is of a URL of the frontier.
class LogLine {
  public:
    std::optional<KnownUrl> read(std::string_view line) {
        const std::string_view head = line.substr(0, 200);
        if (head.find("\"fetch.settled\"") == head.npos &&
            head.find("\"url.skipped\"") == head.npos)
            return std::nullopt;
        KnownUrl known;
        bool is_robots = false;
        const bool whole = read_json_object(line, [&](std::string_view name, std::string_view v) {
            if (name == "kind") is_robots = v == "robots";
            if (std::string* text = text_of(known, name); text != nullptr) *text = v;
            if (std::optional<uint64_t>* number = number_of(known, name); number != nullptr)
                *number = parse_uint(v);
        });
        if (!whole || is_robots || known.url.empty()) return std::nullopt;
        if (known.warc_file.empty()) known.warc_offset.reset();
        return known;
    }

  private:
    static std::string* text_of(KnownUrl& known, std::string_view name) {
        if (name == "ts") return &known.settled_at;
        if (name == "url") return &known.url;
        if (name == "reason") return &known.reason;
        if (name == "via") return &known.via;
        if (name == "mime") return &known.mime;
        if (name == "digest") return &known.digest;
        if (name == "warc_file") return &known.warc_file;
        return nullptr;
    }
    static std::optional<uint64_t>* number_of(KnownUrl& known, std::string_view name) {
        if (name == "depth") return &known.depth;
        if (name == "bytes_body") return &known.bytes;
        if (name == "warc_offset") return &known.warc_offset;
        return nullptr;
    }
};

class Exporter {
  public:
    explicit Exporter(const ExportRequest& request)
        : request_(request),
          sorter_(request.temporary_directory, request.sort_bytes),
          rows_(request.form) {}

    Result<ExportCounts> run() {
        for (const auto step : {&Exporter::gather_queues, &Exporter::gather_due,
                                &Exporter::gather_logs, &Exporter::write_rows})
            if (auto done = (this->*step)(); !done) return tl::unexpected(done.error());
        if (lost_ > 0)
            return format::damaged(std::to_string(lost_) +
                                   " URLs that should be queued or due are in no queue, so that "
                                   "their rows have no text");
        return counts_;
    }

  private:
    Status gather_queues();
    Status gather_due();
    Status gather_logs();
    Status gather_log(const std::string& path);
    Status add(UrlKey key, Origin origin, std::string_view rank, KnownUrl& known) {
        put_record_head(record_, key, origin, rank);
        pack(record_, known);
        return sorter_.add(record_);
    }
    Status write_rows();
    Status advance();
    Result<KnownUrl> known(std::string_view key, const format::SeenRecord& seen);
    Status take_names(std::string_view key, const format::SeenRecord& seen, KnownUrl& known);
    Status take_host(std::string_view key, KnownUrl& known);
    Status flush();

    const ExportRequest& request_;
    Sorter sorter_;
    Rows rows_;
    std::string record_;                    // scratch
    std::optional<std::string_view> name_;  // the sorter's next
    std::string host_key_;
    std::string host_name_;  // of host_key_
    std::string out_;
    uint64_t lost_ = 0;
    ExportCounts counts_;
};

Status Exporter::gather_queues() {
    const auto cursor = request_.store.scan(Family::queue, "", "", Caching::spare);
    for (; cursor->valid(); cursor->next()) {
        ByteReader in(cursor->key());
        const HostKey host{in.u64()};
        const uint8_t priority = in.u8();
        const ChunkRef ref{static_cast<Priority>(priority), in.u64()};
        const bool good_key = !in.failed() && in.at_end() && priority < kPriorities;
        const auto urls = good_key ? format::decode_chunk(cursor->value(), host, ref)
                                   : std::optional<std::vector<QueuedUrl>>();
        if (!urls) return format::damaged("a chunk of a queue");
        const std::string rank = rank_of(ref);
        for (const QueuedUrl& url : *urls) {
            KnownUrl known = known_of(url);
            known.priority = std::array{"urgent", "seed", "link", "embed"}[priority];
            if (auto added = add(url.key, Origin::queue, rank, known); !added) return added;
        }
    }
    return cursor->status();
}

Status Exporter::gather_due() {
    const auto cursor = request_.store.scan(
        Family::due, "", format::due_from(format::DueKind::wake, WallTime{}), Caching::spare);
    for (; cursor->valid(); cursor->next()) {
        const auto key = format::decode_due_key(cursor->key());
        if (!key) return format::damaged("the key of a due URL");
        const auto urls = format::decode_chunk(cursor->value(), key->host, {});
        if (!urls || urls->size() != 1) return format::damaged("a due URL");
        KnownUrl known = known_of(urls->front());
        known.due_at = key->at;
        if (auto added = add(urls->front().key, Origin::due, "", known); !added) return added;
    }
    return cursor->status();
}

Status Exporter::gather_logs() {
    for (const std::string& path : request_.crawl_logs)
        if (auto gathered = gather_log(path); !gathered) return gathered;
    return sorter_.sort();
}

Status Exporter::gather_log(const std::string& path) {
    auto lines = LineReader::open(path);
    if (!lines) return tl::unexpected(lines.error());
    LogLine reader;
    KeyMaker keys(request_.suffixes);
    for (;;) {
        const auto line = lines->next();
        if (!line) return tl::unexpected(line.error());
        if (!*line) return {};
        auto known = (*line)->cut ? std::nullopt : reader.read((*line)->text);
        if (!known) continue;
        const auto url = CanonicalUrl::parse(known->url);
        if (!url || url->href() != known->url) continue;  // cut to the line's length
        if (auto added = add(keys.key(*url), Origin::log, known->settled_at, *known); !added)
            return added;
    }
}

Status Exporter::advance() {
    const auto next = sorter_.next();
    if (!next) return tl::unexpected(next.error());
    name_ = *next;
    return {};
}

// Whether a record of the frontier's is of the place where the URL waits now.
bool is_where_it_waits(Origin origin, std::string_view rank, const format::SeenRecord& seen) {
    if (origin == Origin::due) return seen.state == UrlState::due;
    return seen.state == UrlState::queued && (!seen.moved_to || rank == rank_of(*seen.moved_to));
}

// What the frontier says of a URL, beside what the log said of its last fetch.
void take_place(KnownUrl& known, KnownUrl place) {
    known.url = std::move(place.url);
    known.depth = place.depth;
    known.found_as = std::move(place.found_as);
    known.via = std::move(place.via);
    known.priority = std::move(place.priority);
    known.attempts = place.attempts;
    known.discovered_at = place.discovered_at;
    known.due_at = place.due_at;
}

// Goes over the sorter's records up to those of this key. Logs may name what the state does not
// know: they are older than it, or another crawl's.
Status Exporter::take_names(std::string_view key, const format::SeenRecord& seen, KnownUrl& known) {
    bool waits = false;
    for (; name_ && name_->substr(0, format::kUrlKeyBytes) <= key;) {
        if (name_->substr(0, format::kUrlKeyBytes) == key) {
            ByteReader in(name_->substr(format::kUrlKeyBytes));
            const auto origin = static_cast<Origin>(in.u8());
            const std::string_view rank = in.text();
            KnownUrl named;
            CRAWLD_CHECK(unpack(in.rest(), named));
            if (origin == Origin::log) {
                known = std::move(named);
            } else if (is_where_it_waits(origin, rank, seen)) {
                take_place(known, std::move(named));
                waits = true;
            }
        }
        if (auto advanced = advance(); !advanced) return advanced;
    }
    const bool should_wait = seen.state == UrlState::queued || seen.state == UrlState::due;
    if (should_wait && !waits) ++lost_;
    return {};
}

Status Exporter::take_host(std::string_view key, KnownUrl& known) {
    const std::string_view host = key.substr(0, format::kHostKeyBytes);
    if (host != host_key_) {
        host_key_ = host;
        host_name_.clear();
        const auto value = request_.store.get(Family::host, host_key_);
        if (!value) return tl::unexpected(value.error());
        if (*value) {
            const auto row = format::decode_host(**value);
            if (!row) return format::damaged("the row of a host");
            host_name_ = row->facts.name;
        }
    }
    known.host = host_name_;
    return {};
}

KnownState state_of(const format::SeenRecord& seen, Outcome outcome) {
    if (seen.state == UrlState::queued) return KnownState::queued;
    if (seen.state == UrlState::due) return KnownState::due;
    if (is_withheld(outcome)) return KnownState::excluded;
    return is_answered(outcome) && !is_error(outcome) ? KnownState::fetched : KnownState::failed;
}

Result<KnownUrl> Exporter::known(std::string_view key, const format::SeenRecord& seen) {
    KnownUrl known;
    if (auto taken = take_names(key, seen, known); !taken) return tl::unexpected(taken.error());
    if (auto taken = take_host(key, known); !taken) return tl::unexpected(taken.error());
    ByteReader in(key);
    known.key = to_hex(in.u64());
    known.key += to_hex(in.u64());
    if (seen.outcome >= kOutcomes) return format::damaged("what is known of a URL");
    const auto outcome = static_cast<Outcome>(seen.outcome);
    known.state = state_of(seen, outcome);
    if (seen.state != UrlState::queued) {
        known.outcome = to_string(outcome);
        if (seen.status != 0) known.status = seen.status;
    }
    return known;
}

Status Exporter::write_rows() {
    out_ = rows_.head();
    if (auto advanced = advance(); !advanced) return advanced;
    const auto cursor = request_.store.scan(Family::seen, "", "", Caching::spare);
    for (; cursor->valid(); cursor->next()) {
        const auto seen = format::decode_seen(cursor->value());
        if (!seen || cursor->key().size() != format::kUrlKeyBytes)
            return format::damaged("what is known of a URL");
        auto url = known(cursor->key(), *seen);
        if (!url) return tl::unexpected(url.error());
        ++counts_.urls;
        counts_.queued += seen->state == UrlState::queued;
        counts_.due += seen->state == UrlState::due;
        if (url->url.empty()) ++counts_.unnamed;
        out_ += rows_.row(*url);
        if (out_.size() < kSinkBytes) continue;
        if (auto written = flush(); !written) return written;
    }
    if (auto status = cursor->status(); !status) return status;
    return flush();
}

Status Exporter::flush() {
    const Status written = request_.sink(out_);
    out_.clear();
    return written;
}

}  // namespace

Result<ExportCounts> export_known_urls(const ExportRequest& request) {
    return Exporter(request).run();
}

}  // namespace crawld
