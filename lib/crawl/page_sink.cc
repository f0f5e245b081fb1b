#include "crawl/page_sink.h"

#include <utility>

#include "archive/recovery.h"
#include "archive/sealing.h"
#include "base/bytes.h"
#include "base/fingerprint.h"
#include "log/events.h"
#include "log/json.h"

namespace crawld {

namespace {

void put_text(JsonWriter& json, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    json.key(name);
    json.text(value);
}

void put_number(JsonWriter& json, std::string_view name, uint64_t value) {
    json.key(name);
    json.number(value);
}

// With its place in the archive, if it has one.
std::string end_page_line(const ArchivedExchange& exchange) {
    std::string line = exchange.page_line;
    if (!exchange.file.empty())
        line += ",\"warc_file\":\"" + exchange.file +  // of our making
                "\",\"warc_offset\":" + std::to_string(exchange.place.offset);
    return line + "}\n";
}

// A list has its name: its length and digest hold for good.
void put_ended(Batch& batch, const CommittedList& list) {
    batch.erase(Family::meta, pages_key(list.length.file));
    batch.put(Family::meta, ended_pages_key(list.length.file), encode(list));
}

}  // namespace

FileNameOptions page_file_names() {
    return {.name = "pages-{time}-{serial}",
            .prefix = {},
            .host = {},
            .coding = RecordCoding::none,
            .suffix = std::string(kPagesSuffix)};
}

uint64_t add_line(uint64_t digest, std::string_view line) {
    std::string bytes;
    put_u64(bytes, digest);
    return fingerprint64(bytes += line);
}

std::string begin_page_line(const FinishedExchange& exchange, const PageFacts& facts) {
    JsonWriter json;
    json.begin_object();
    put_text(json, "url", exchange.url.href());
    put_text(json, "fetched", to_rfc3339(exchange.sent_at));
    put_number(json, "status", static_cast<uint64_t>(exchange.status));
    put_text(json, "mime", facts.mime);
    put_text(json, "title", facts.summary.title);
    put_text(json, "language", facts.summary.language);
    if (!facts.parser.empty()) put_number(json, "text_bytes", facts.summary.text_bytes);
    put_text(json, "digest", facts.digest);
    json.end_object();
    std::string line(json.text());
    line.pop_back();
    return line;
}

Result<std::unique_ptr<PageSink>> PageSink::open(Setup setup, Store& store) {
    std::unique_ptr<PageSink> sink(new PageSink(std::move(setup)));
    if (Status recovered = sink->recover_files(store); !recovered)
        return tl::unexpected(recovered.error());
    const auto nothing_first = [](const std::string&, WallTime) { return std::string(); };
    auto writer = ArchiveWriter::open(sink->setup_.disk, sink->setup_.options, nothing_first);
    if (!writer) return tl::unexpected(writer.error());
    sink->writer_ = std::move(*writer);
    return sink;
}

Status PageSink::recover_files(Store& store) {
    const auto lists = open_lists(store);
    if (!lists) return tl::unexpected(lists.error());
    std::vector<CommittedLength> lengths;
    for (const CommittedList& list : *lists)
        lengths.push_back(list.length);
    auto recovery = recover(setup_.disk, setup_.options, lengths);
    if (!recovery) return tl::unexpected(recovery.error().error);
    setup_.log.write(PagesRecovered{{.files = lengths.size(),
                                     .cut = recovery->cut.size(),
                                     .cut_bytes = recovery->cut_bytes(),
                                     .removed = recovery->removed.size()}});
    Batch batch;
    for (const CommittedList& list : *lists)
        put_ended(batch, list);
    for (const FullFile& file : recovery->to_seal)
        if (auto ended = end_file(setup_.disk, setup_.options.directory, file); !ended)
            return tl::unexpected(ended.error().error);
    return batch.count() > 0 ? store.write(batch) : Status();
}

Status PageSink::failed(const DiskError& error) {
    // A sync that found the disk full is as final as any other that failed.
    out_of_room_ = !writer_->has_failed() && passes(error);
    return tl::unexpected(error.error);
}

Status PageSink::append(const std::vector<ArchivedExchange>& group, WallTime now) {
    synced_.reset();
    writer_->roll_back();
    std::vector<ReadyRecord> lines;
    for (const ArchivedExchange& exchange : group)
        if (!exchange.page_line.empty()) lines.push_back({end_page_line(exchange), {}});
    if (lines.empty()) return {};
    const auto appended = writer_->append(lines, now);
    if (!appended) return failed(appended.error());
    auto synced = writer_->sync();
    if (!synced) return failed(synced.error());
    const auto before = digests_.find(appended->file);
    uint64_t digest = before == digests_.end() ? 0 : before->second;
    for (const ReadyRecord& line : lines)
        digest = add_line(digest, line.bytes);
    synced_ = CommittedList{.length = std::move(**synced), .digest = digest};
    out_of_room_ = false;
    return {};
}

void PageSink::put(Batch& batch) {
    if (synced_) batch.put(Family::meta, pages_key(synced_->length.file), encode(*synced_));
    for (const CommittedList& list : ended_)
        put_ended(batch, list);
}

void PageSink::committed() {
    writer_->committed();
    if (synced_) digests_[synced_->length.file] = *synced_->digest;
    ended_.clear();
    end_files();
}

void PageSink::end_files() {
    for (const FullFile& file : writer_->take_full()) {
        const auto done = end_file(setup_.disk, setup_.options.directory, file);
        if (!done) {
            setup_.log.write(
                PagesFailed{{.file = file.name, .message = done.error().error.message}});
            continue;
        }
        const auto digest = digests_.extract(file.name);
        ended_.push_back(
            {.length = {file.name, file.bytes}, .digest = digest ? digest.mapped() : 0});
    }
}

Status PageSink::tick(Store& store, WallTime now) {
    writer_->end_if_full(now);
    end_files();
    return tell_ended(store);
}

// A file that has its name may be moved away at once.
Status PageSink::tell_ended(Store& store) {
    if (ended_.empty()) return {};
    Batch batch;
    for (const CommittedList& list : ended_)
        put_ended(batch, list);
    Status written = store.write(batch);
    if (written) ended_.clear();
    return written;
}

Status PageSink::finish(Store& store) {
    // What a failed batch left may be in the database all the same: the next start sees.
    if (writer_->has_uncommitted()) return tell_ended(store);
    if (auto finished = writer_->finish(); !finished) return tl::unexpected(finished.error().error);
    end_files();
    return tell_ended(store);
}

}  // namespace crawld
