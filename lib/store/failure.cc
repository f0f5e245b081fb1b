// After a failed write: refuse, and after a full disk, go on if that is safe.

#include <rocksdb/file_system.h>
#include <rocksdb/transaction_log.h>
#include <rocksdb/write_buffer_manager.h>

#include "base/check.h"
#include "store/state.h"
#include "store/status.h"

namespace crawld {

namespace {

constexpr uint64_t kSpareBytes = mib(8).bytes;  // for a new log and a new manifest

}  // namespace

Status Store::State::refusal() const {
    if (!failed) return {};
    return fail(ErrorCode::io,
                no_space ? "the disk of " + directory + " is full: nothing is written until resume"
                         : "an earlier write to " + directory +
                               " failed: nothing is written until crawld starts again");
}

uint64_t Store::State::current_log() const {
    std::unique_ptr<rocksdb::LogFile> file;
    return db->GetCurrentWalFile(&file).ok() ? file->LogNumber() : 0;
}

void Store::State::note_failure(const rocksdb::Status& status) {
    broken_log = failures->log_failed.exchange(false) ? current_log() : 0;
    no_space = status.IsNoSpace();
    failed = true;
}

// RocksDB flushes what is in memory and starts a new log, unless there is nothing in memory: then
// it would go on behind the record that is not whole, which it must not (and with assertions on, as
// in Debian's build, does not survive).
Status Store::State::leave_failure() {
    const auto resumed = db->Resume();
    const bool for_good = resumed.severity() >= rocksdb::Status::Severity::kFatalError;
    const bool log_is_broken = resumed.ok() && broken_log != 0 && current_log() == broken_log;
    if (for_good || log_is_broken) {
        no_space = false;
        return refusal();
    }
    if (resumed.ok()) return {};
    return tl::unexpected(store_error(resumed, "the state database cannot go on yet"));
}

bool Store::no_space() const {
    return state_->no_space;
}

Status Store::resume() {
    if (!state_->failed) return {};
    if (!state_->no_space) return state_->refusal();
    uint64_t free_bytes = 0;
    const auto asked = state_->db->GetEnv()->GetFileSystem()->GetFreeSpace(
        state_->directory, rocksdb::IOOptions(), &free_bytes, nullptr);
    if (asked.ok() && free_bytes < state_->memory.memtables->memory_usage() + kSpareBytes)
        return state_->refusal();
    if (auto left = state_->leave_failure(); !left) return left;

    auto format = get(Family::meta, kFormatKey);
    if (!format) return tl::unexpected(format.error());
    CRAWLD_CHECK(format->has_value());
    const rocksdb::Slice key(kFormatKey.data(), kFormatKey.size());
    // First without the log, so that there is something in memory should the next write fail.
    rocksdb::WriteOptions without_log;
    without_log.disableWAL = true;
    const auto put = state_->db->Put(without_log, state_->handle(Family::meta), key, **format);
    if (!put.ok()) {
        state_->note_failure(put);
        return state_->refusal();
    }
    Batch probe;
    probe.put(Family::meta, kFormatKey, **format);
    state_->failed = false;
    state_->no_space = false;
    return write(probe);
}

}  // namespace crawld
