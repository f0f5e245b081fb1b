#include "crawl/archive_keeper.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "base/bytes.h"
#include "base/check.h"
#include "log/events.h"

namespace crawld {

namespace {

constexpr std::string_view kLengthPrefix = "archive/";
constexpr std::string_view kLengthEnd = "archive0";  // '0' follows '/'
constexpr uint8_t kVersion = 1;

std::string length_key(const std::string& file) {
    return std::string(kLengthPrefix) + file;
}

std::string url_row_key(UrlKey key) {
    std::string bytes;
    put_key(bytes, key);
    return bytes;
}

// version u8, payload text, date u64 (microseconds since 1970), file text, offset, length varint.
// The copy is what later visits refer to; the place is that of the last visit.
std::string encode(const ArchivedExchange& exchange) {
    std::string value;
    put_u8(value, kVersion);
    put_text(value, exchange.copy.payload);
    put_u64(value, static_cast<uint64_t>(to_us(exchange.copy.date)));
    put_text(value, exchange.file);
    put_varint(value, exchange.place.offset);
    put_varint(value, exchange.place.length);
    return value;
}

std::optional<ArchivedCopy> decode_copy(std::string_view value) {
    ByteReader in(value);
    const uint8_t version = in.u8();
    ArchivedCopy copy;
    copy.payload = in.text();
    copy.date = wall_from_us(static_cast<int64_t>(in.u64()));
    if (in.failed() || version != kVersion) return std::nullopt;
    return copy;
}

Result<std::vector<CommittedLength>> committed_lengths(Store& store) {
    std::vector<CommittedLength> lengths;
    const auto rows = store.scan(Family::meta, kLengthPrefix, kLengthEnd);
    for (; rows->valid(); rows->next()) {
        ByteReader in(rows->value());
        lengths.push_back({std::string(rows->key().substr(kLengthPrefix.size())), in.u64()});
        if (in.failed() || !in.at_end())
            return fail(ErrorCode::corrupt, "the state's record of the archive file " +
                                                lengths.back().file + " is damaged");
    }
    if (Status read = rows->status(); !read) return tl::unexpected(read.error());
    return lengths;
}

}  // namespace

// Seals one file at a time on whatever thread it is given.
struct ArchiveKeeper::Sealer : std::enable_shared_from_this<Sealer> {
    Sealer(Disk& the_disk, Log& the_log, std::string the_directory)
        : disk(the_disk), log(the_log), directory(std::move(the_directory)) {}

    // False: there is no room for the job.
    bool start(Executor& workers);
    void run();
    void seal_next();

    Disk& disk;
    Log& log;
    const std::string directory;
    std::mutex mutex;
    std::deque<FullFile> waiting;     // guarded by mutex
    std::vector<std::string> sealed;  // guarded by mutex
    bool running = false;             // guarded by mutex
};

bool ArchiveKeeper::Sealer::start(Executor& workers) {
    {
        const std::lock_guard lock(mutex);
        if (running || waiting.empty()) return true;
        running = true;
    }
    if (workers.try_submit([self = shared_from_this()] { self->run(); })) return true;
    const std::lock_guard lock(mutex);
    running = false;
    return false;
}

void ArchiveKeeper::Sealer::run() {
    for (;;) {
        {
            const std::lock_guard lock(mutex);
            if (waiting.empty()) {
                running = false;
                return;
            }
        }
        seal_next();
    }
}

void ArchiveKeeper::Sealer::seal_next() {
    FullFile file;
    {
        const std::lock_guard lock(mutex);
        file = std::move(waiting.front());
        waiting.pop_front();
    }
    const auto done = seal_file(disk, directory, file);
    if (!done) {
        // The next start tries again.
        log.write(ArchiveFailed{.file = file.name, .message = done.error().error.message});
        return;
    }
    log.write(ArchiveSealed{.file = done->name, .bytes = done->bytes, .lines = done->lines});
    const std::lock_guard lock(mutex);
    sealed.push_back(done->name);
}

ArchiveKeeper::ArchiveKeeper(Setup setup)
    : setup_(std::move(setup)),
      sealer_(std::make_shared<Sealer>(setup_.disk, setup_.log, setup_.options.directory)) {}
ArchiveKeeper::~ArchiveKeeper() = default;

Result<std::unique_ptr<ArchiveKeeper>> ArchiveKeeper::open(Setup setup, Store& store) {
    std::unique_ptr<ArchiveKeeper> keeper(new ArchiveKeeper(std::move(setup)));
    if (Status recovered = keeper->recover_files(store); !recovered)
        return tl::unexpected(recovered.error());
    auto writer = ArchiveWriter::open(keeper->setup_.disk, keeper->setup_.options,
                                      keeper->setup_.make_warcinfo);
    if (!writer) return tl::unexpected(writer.error());
    keeper->writer_ = std::move(*writer);
    return keeper;
}

Status ArchiveKeeper::recover_files(Store& store) {
    const auto lengths = committed_lengths(store);
    if (!lengths) return tl::unexpected(lengths.error());
    auto recovery = recover(setup_.disk, setup_.options, *lengths);
    if (!recovery) return tl::unexpected(recovery.error().error);
    ArchiveRecovered event{.files = lengths->size(),
                           .cut = recovery->cut.size(),
                           .cut_bytes = 0,
                           .removed = recovery->removed.size(),
                           .left_alone = recovery->left_alone.size(),
                           .to_seal = recovery->to_seal.size()};
    for (const CutFile& file : recovery->cut)
        event.cut_bytes += file.bytes_before - file.bytes;
    setup_.log.write(event);
    // Those that were sealed before the end need not be remembered any more.
    Batch batch;
    for (const CommittedLength& file : *lengths) {
        const auto same = [&](const FullFile& full) { return full.name == file.file; };
        if (std::none_of(recovery->to_seal.begin(), recovery->to_seal.end(), same))
            batch.erase(Family::meta, length_key(file.file));
    }
    if (batch.count() > 0)
        if (Status written = store.write(batch); !written) return written;
    seal(std::move(recovery->to_seal));
    return {};
}

void ArchiveKeeper::seal(std::vector<FullFile> files) {
    {
        const std::lock_guard lock(sealer_->mutex);
        for (FullFile& file : files)
            sealer_->waiting.push_back(std::move(file));
    }
    (void)sealer_->start(setup_.workers);  // or at the next tick
}

Status ArchiveKeeper::failed(const DiskError& error) {
    out_of_room_ = error.cause == DiskCause::no_space || error.error.code == ErrorCode::os_limit;
    return tl::unexpected(error.error);
}

Status ArchiveKeeper::append(std::vector<ArchivedExchange>& group, WallTime now) {
    synced_.reset();
    writer_->roll_back();
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
    auto synced = writer_->sync();
    if (!synced) return failed(synced.error());
    synced_ = std::move(*synced);
    out_of_room_ = false;
    return {};
}

void ArchiveKeeper::put(Batch& batch, const std::vector<ArchivedExchange>& group) {
    if (synced_) {
        std::string length;
        put_u64(length, synced_->bytes);
        batch.put(Family::meta, length_key(synced_->file), length);
    }
    for (const ArchivedExchange& exchange : group)
        if (!exchange.records.empty())
            batch.put(Family::archive, url_row_key(exchange.key), encode(exchange));
    {
        const std::lock_guard lock(sealer_->mutex);
        forgotten_.insert(forgotten_.end(), sealer_->sealed.begin(), sealer_->sealed.end());
        sealer_->sealed.clear();
    }
    for (const std::string& file : forgotten_)
        batch.erase(Family::meta, length_key(file));
}

void ArchiveKeeper::committed() {
    writer_->committed();
    forgotten_.clear();
    seal(writer_->take_full());
}

void ArchiveKeeper::tick(WallTime now) {
    writer_->end_if_full(now);
    seal(writer_->take_full());
}

Status ArchiveKeeper::finish(Store& store) {
    // What a failed batch left may be in the database all the same: the next start sees.
    if (writer_->has_uncommitted()) return {};
    if (auto finished = writer_->finish(); !finished) return tl::unexpected(finished.error().error);
    for (FullFile& file : writer_->take_full())
        sealer_->waiting.push_back(std::move(file));
    // Those of an earlier run must be read again, which a stop does not wait for.
    std::erase_if(sealer_->waiting, [](const FullFile& file) { return !file.lines; });
    while (!sealer_->waiting.empty())
        sealer_->seal_next();
    Batch batch;
    put(batch, {});
    Status written = store.write(batch);
    if (written) forgotten_.clear();
    return written;
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
        Family::archive, keys, url_row_key(UrlKey{}).size(),
        [&](size_t index, std::string_view value) {
            QueuedUrl& url = urls[order[index]];
            if (auto copy = decode_copy(value))
                url.archived = std::move(*copy);
            else
                damaged = fail(ErrorCode::corrupt, "the state's record of the archive's copy of " +
                                                       url.url.href() + " is damaged");
        });
    return read ? damaged : read;
}

}  // namespace crawld
