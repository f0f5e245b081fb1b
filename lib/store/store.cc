#include "store/store.h"

#include <rocksdb/cache.h>
#include <rocksdb/transaction_log.h>
#include <rocksdb/write_batch.h>
#include <rocksdb/write_buffer_manager.h>

#include <array>
#include <cstring>

#include "base/check.h"
#include "base/mutant.h"
#include "store/log_tail.h"
#include "store/operations.h"
#include "store/state.h"
#include "store/status.h"

namespace crawld {

namespace {

constexpr std::string_view kReading = "cannot read the state database";
constexpr std::string_view kWriting = "cannot write the state database";
constexpr size_t kLookupsAtOnce = 128;
constexpr size_t kWriteOutBytesMin = 4 << 20;

rocksdb::Slice slice(std::string_view bytes) {
    return {bytes.data(), bytes.size()};
}
std::string_view view(const rocksdb::Slice& bytes) {
    return {bytes.data(), bytes.size()};
}

class RocksCursor : public Cursor {
  public:
    RocksCursor(std::string_view end, bool within_prefix, Caching caching)
        : end_(end), bound_(end_) {
        if (!end_.empty()) options_.iterate_upper_bound = &bound_;
        options_.total_order_seek = !within_prefix;
        options_.prefix_same_as_start = within_prefix;
        options_.fill_cache = caching == Caching::keep;
    }
    void start(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* handle, std::string_view from) {
        iterator_.reset(db.NewIterator(options_, handle));
        iterator_->Seek(slice(from));
    }

    bool valid() const override { return iterator_->Valid(); }
    void next() override { iterator_->Next(); }
    std::string_view key() const override { return view(iterator_->key()); }
    std::string_view value() const override { return view(iterator_->value()); }
    Status status() const override {
        const auto status = iterator_->status();
        if (status.ok()) return {};
        return tl::unexpected(store_error(status, kReading));
    }

  private:
    std::string end_;
    rocksdb::Slice bound_;
    rocksdb::ReadOptions options_;
    std::unique_ptr<rocksdb::Iterator> iterator_;
};

// One call of RocksDB's batched look-up, at most kLookupsAtOnce keys.
struct Lookup {
    std::array<rocksdb::Slice, kLookupsAtOnce> keys;
    std::array<rocksdb::PinnableSlice, kLookupsAtOnce> values;
    std::array<rocksdb::Status, kLookupsAtOnce> statuses;

    Status run(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* handle, size_t count, bool sorted) {
        db.MultiGet(rocksdb::ReadOptions(), handle, count, keys.data(), values.data(),
                    statuses.data(), sorted);
        for (size_t i = 0; i < count; ++i)
            if (!statuses[i].ok() && !statuses[i].IsNotFound())
                return tl::unexpected(store_error(statuses[i], kReading));
        return {};
    }
    void clear(size_t count) {
        for (size_t i = 0; i < count; ++i)
            values[i].Reset();
    }
};

}  // namespace

// What is in memory alone would be read from the log again at the next open, at two seconds a
// million URLs; to write it out takes a tenth of that. If it fails, the log has it.
void Store::State::write_out() {
    if (!db || read_only || failed || memory.memtables->memory_usage() < kWriteOutBytesMin) return;
    rocksdb::FlushOptions how;
    how.allow_write_stall = true;
    db->Flush(how, handles).PermitUncheckedError();
}

Store::State::~State() {
    write_out();
    for (rocksdb::ColumnFamilyHandle* handle : handles)
        db->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
    if (db) db->Close().PermitUncheckedError();
}

void Store::State::note_commit() {
    std::unique_ptr<rocksdb::LogFile> file;
    if (!db->GetCurrentWalFile(&file).ok()) return;
    {
        const std::lock_guard guard(durable_mutex);
        durable = {file->LogNumber(), file->SizeFileBytes()};
    }
    if (!mark) return;
    if (failures->manifest_changed.exchange(false)) mark->manifest_changed();
    mark->note({file->LogNumber(), file->SizeFileBytes()});
}

LogPosition Store::State::durable_now() {
    const std::lock_guard guard(durable_mutex);
    return durable;
}

Store::Store() = default;
Store::~Store() = default;

Result<std::optional<std::string>> Store::get(Family family, std::string_view key) {
    rocksdb::PinnableSlice value;
    const auto status =
        state_->db->Get(rocksdb::ReadOptions(), state_->handle(family), slice(key), &value);
    if (status.IsNotFound()) return std::optional<std::string>();
    if (!status.ok()) return tl::unexpected(store_error(status, kReading));
    return std::optional<std::string>(std::in_place, view(value));
}

Result<std::vector<std::optional<std::string>>> Store::multi_get(
    Family family, const std::vector<std::string>& keys) {
    std::vector<std::optional<std::string>> out(keys.size());
    const auto lookup = std::make_unique<Lookup>();
    for (size_t begin = 0; begin < keys.size(); begin += kLookupsAtOnce) {
        const size_t count = std::min(kLookupsAtOnce, keys.size() - begin);
        for (size_t i = 0; i < count; ++i)
            lookup->keys[i] = slice(keys[begin + i]);
        if (auto done = lookup->run(*state_->db, state_->handle(family), count, false); !done)
            return tl::unexpected(done.error());
        for (size_t i = 0; i < count; ++i)
            if (lookup->statuses[i].ok()) out[begin + i].emplace(view(lookup->values[i]));
        lookup->clear(count);
    }
    return out;
}

Status Store::multi_get(Family family, std::string_view keys, size_t key_bytes,
                        const Found& found) {
    CRAWLD_CHECK(key_bytes > 0 && keys.size() % key_bytes == 0);
    const auto lookup = std::make_unique<Lookup>();
    const size_t total = keys.size() / key_bytes;
    for (size_t begin = 0; begin < total; begin += kLookupsAtOnce) {
        const size_t count = std::min(kLookupsAtOnce, total - begin);
        for (size_t i = 0; i < count; ++i)
            lookup->keys[i] = slice(keys.substr((begin + i) * key_bytes, key_bytes));
        if (auto done = lookup->run(*state_->db, state_->handle(family), count, true); !done)
            return done;
        for (size_t i = 0; i < count; ++i)
            if (lookup->statuses[i].ok()) found(begin + i, view(lookup->values[i]));
        lookup->clear(count);
    }
    return {};
}

Status Store::write(const Batch& batch) {
    return write(batch, state_->options.sync);
}
Status Store::write_unsynced(const Batch& batch) {
    return write(batch, false);
}

Status Store::write(const Batch& batch, bool synced) {
    CRAWLD_CHECK(!state_->read_only);
    if (auto refused = state_->refusal(); !refused) return refused;
    rocksdb::WriteBatch out(batch.operations_.size() + batch.count_ + 2 * kLogDataBytes);
    CRAWLD_CHECK(out.PutLogData(slice(log_data(state_->durable_now()))).ok());
    std::string_view rest = batch.operations_;
    while (!rest.empty()) {
        operations::Header header;
        std::memcpy(&header, rest.data(), sizeof header);
        const std::string_view first = rest.substr(sizeof header, header.first_bytes);
        const std::string_view second =
            rest.substr(sizeof header + header.first_bytes, header.second_bytes);
        rest.remove_prefix(sizeof header + first.size() + second.size());
        rocksdb::ColumnFamilyHandle* handle = state_->handle(header.family);
        rocksdb::Status added;
        switch (header.kind) {
            case operations::kPut:
                added = out.Put(handle, slice(first), slice(second));
                break;
            case operations::kErase:
                added = out.Delete(handle, slice(first));
                break;
            default:
                added = out.DeleteRange(handle, slice(first), slice(second));
                break;
        }
        CRAWLD_CHECK(added.ok());
    }
    rocksdb::WriteOptions how;
    how.sync = synced && !mutant(Mutant::skip_log_sync);
    const auto status = state_->db->Write(how, &out);
    if (status.ok() && synced) state_->note_commit();
    if (status.ok()) return {};
    state_->note_failure(status);
    return tl::unexpected(store_error(status, kWriting));
}

std::unique_ptr<Cursor> Store::scan(Family family, std::string_view from, std::string_view end,
                                    Caching caching) {
    const bool within_prefix =
        family == Family::queue && from.size() >= kQueuePrefixBytes &&
        end.size() >= kQueuePrefixBytes &&
        from.substr(0, kQueuePrefixBytes) == end.substr(0, kQueuePrefixBytes);
    auto cursor = std::make_unique<RocksCursor>(end, within_prefix, caching);
    cursor->start(*state_->db, state_->handle(family), from);
    return cursor;
}

Status Store::verify_checksums() {
    const auto status = state_->db->VerifyChecksum();
    if (status.ok()) return {};
    return tl::unexpected(store_error(status, kReading));
}

bool Store::was_new() const {
    return state_->was_new;
}

std::optional<uint32_t> Store::upgraded_from() const {
    return state_->upgraded_from;
}

uint64_t Store::cut_bytes() const {
    return state_->cut_bytes;
}

size_t Store::memory_bytes() const {
    return state_->memory.cache->GetUsage() + state_->memory.memtables->memory_usage();
}

}  // namespace crawld
