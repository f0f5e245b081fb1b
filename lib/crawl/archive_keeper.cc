#include "crawl/archive_keeper.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/mutant.h"
#include "crawl/archive_rows.h"
#include "log/events.h"

namespace crawld {

namespace {

// A file is sealed: its length holds for good.
void put_sealed(Batch& batch, const CommittedLength& file) {
    batch.erase(Family::meta, committed_key(file.file));
    batch.put(Family::meta, sealed_key(file.file), encode_length(file.bytes));
}

}  // namespace

ArchiveKeeper::ArchiveKeeper(Setup setup)
    : setup_(std::move(setup)),
      usage_(setup_.disk, setup_.options.directory),
      sealer_(setup_.disk, setup_.log, setup_.workers, setup_.options.directory) {}
ArchiveKeeper::~ArchiveKeeper() = default;

Result<std::unique_ptr<ArchiveKeeper>> ArchiveKeeper::open(Setup setup, Store& store) {
    std::unique_ptr<ArchiveKeeper> keeper(new ArchiveKeeper(std::move(setup)));
    if (Status recovered = keeper->recover_files(store); !recovered)
        return tl::unexpected(recovered.error());
    auto writer = ArchiveWriter::open(keeper->setup_.disk, keeper->setup_.options,
                                      keeper->setup_.make_warcinfo);
    if (!writer) return tl::unexpected(writer.error());
    keeper->writer_ = std::move(*writer);
    keeper->set_budget(keeper->setup_.disk_budget);
    return keeper;
}

Status ArchiveKeeper::recover_files(Store& store) {
    const auto lengths = committed_lengths(store);
    if (!lengths) return tl::unexpected(lengths.error());
    auto recovery = recover(setup_.disk, setup_.options, *lengths);
    if (!recovery) return tl::unexpected(recovery.error().error);
    ArchiveRecovered event{{.files = lengths->size(),
                            .cut = recovery->cut.size(),
                            .cut_bytes = recovery->cut_bytes(),
                            .removed = recovery->removed.size()}};
    event.left_alone = recovery->left_alone.size();
    event.to_seal = recovery->to_seal.size();
    setup_.log.write(event);
    // Those that were sealed before the end need not be remembered any more.
    Batch batch;
    for (const CommittedLength& file : *lengths) {
        const auto same = [&](const FullFile& full) { return full.name == file.file; };
        if (std::none_of(recovery->to_seal.begin(), recovery->to_seal.end(), same))
            put_sealed(batch, file);
    }
    if (batch.count() > 0)
        if (Status written = store.write(batch); !written) return written;
    sealer_.add(std::move(recovery->to_seal));
    return {};
}

Status ArchiveKeeper::failed(const DiskError& error) {
    // A sync that found the disk full is as final as any other that failed.
    out_of_room_ = !writer_->has_failed() && passes(error);
    return tl::unexpected(error.error);
}

Status ArchiveKeeper::append(std::vector<ArchivedExchange>& group, WallTime now) {
    synced_.reset();
    if (!mutant(Mutant::skip_roll_back)) writer_->roll_back();
    std::vector<ReadyRecord> records;
    for (ArchivedExchange& exchange : group)
        for (ReadyRecord& record : exchange.records)
            records.push_back(std::move(record));
    if (records.empty()) return {};
    const auto appended = writer_->append(records, now);
    // They stay with their exchanges: a group that is not committed is given again.
    auto next = records.begin();
    for (ArchivedExchange& exchange : group)
        for (ReadyRecord& record : exchange.records)
            record = std::move(*next++);
    if (!appended) return failed(appended.error());
    size_t first = 0;
    for (ArchivedExchange& exchange : group) {
        if (exchange.records.empty()) continue;
        exchange.file = appended->file;
        exchange.place = appended->places[first];
        first += exchange.records.size();
    }
    for (const RecordPlace& place : appended->places)
        usage_.add(place.length);
    usage_.check(now);
    auto synced = writer_->sync();
    if (!synced) return failed(synced.error());
    synced_ = std::move(*synced);
    out_of_room_ = false;
    return {};
}

void ArchiveKeeper::put(Batch& batch, const std::vector<ArchivedExchange>& group) {
    if (synced_ && !mutant(Mutant::forget_committed_length))
        batch.put(Family::meta, committed_key(synced_->file), encode_length(synced_->bytes));
    for (const ArchivedExchange& exchange : group) {
        if (exchange.records.empty()) continue;
        batch.put(Family::archive, archived_url_key(exchange.key),
                  encode(ArchivedUrl{exchange.copy, exchange.file, exchange.place}));
        if (!exchange.new_payload.empty())
            batch.put(Family::payload, exchange.new_payload, encode(exchange.original));
    }
    put_newly_sealed(batch);
}

void ArchiveKeeper::put_newly_sealed(Batch& batch) {
    std::vector<CommittedLength> sealed = sealer_.take_sealed();
    if (!sealed.empty()) usage_.something_sealed();
    newly_sealed_.insert(newly_sealed_.end(), sealed.begin(), sealed.end());
    for (const CommittedLength& file : newly_sealed_)
        put_sealed(batch, file);
}

void ArchiveKeeper::committed() {
    writer_->committed();
    synced_.reset();  // it is told
    newly_sealed_.clear();
    sealer_.add(writer_->take_full());
}

Status ArchiveKeeper::tick(Store& store, WallTime now) {
    usage_.check(now);
    writer_->end_if_full(now);
    sealer_.add(writer_->take_full());
    sealer_.tick(now);
    Batch batch;
    put_newly_sealed(batch);
    if (batch.count() == 0) return {};
    Status written = store.write(batch);
    if (written) newly_sealed_.clear();
    return written;
}

Status ArchiveKeeper::finish(Store& store) {
    // What a failed batch left may be in the database all the same: the next start sees.
    if (writer_->has_uncommitted()) return {};
    if (auto finished = writer_->finish(); !finished) return tl::unexpected(finished.error().error);
    sealer_.finish(writer_->take_full());
    Batch batch;
    put(batch, {});
    Status written = store.write(batch);
    if (written) newly_sealed_.clear();
    return written;
}

Result<std::optional<Original>> ArchiveKeeper::find_original(Store& store, const Digest& payload) {
    const auto row = store.get(Family::payload, payload.bytes);
    if (!row) return tl::unexpected(row.error());
    if (!*row) return std::optional<Original>();
    auto original = decode_original(**row);
    if (!original)
        return fail(ErrorCode::corrupt, "the state's record of the archive's payload " +
                                            payload.label() + " is damaged");
    return original;
}

Status ArchiveKeeper::recall(Store& store, std::vector<QueuedUrl>& urls) {
    std::vector<size_t> order(urls.size());
    for (size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::sort(order.begin(), order.end(),
              [&](size_t a, size_t b) { return urls[a].key < urls[b].key; });
    std::string keys;
    for (const size_t i : order)
        put_key(keys, urls[i].key);
    Status damaged;
    Status read = store.multi_get(
        Family::archive, keys, archived_url_key(UrlKey{}).size(),
        [&](size_t index, std::string_view value) {
            QueuedUrl& url = urls[order[index]];
            if (auto row = decode_archived_url(value))
                url.archived = std::move(row->copy);
            else
                damaged = fail(ErrorCode::corrupt, "the state's record of the archive's copy of " +
                                                       url.url.href() + " is damaged");
        });
    return read ? damaged : read;
}

}  // namespace crawld
