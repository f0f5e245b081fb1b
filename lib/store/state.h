// What a Store owns, and who may make one. Private to store/.
#pragma once

#include <rocksdb/db.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "store/commit_mark.h"
#include "store/failure_listener.h"
#include "store/info_log.h"
#include "store/log_tail.h"
#include "store/settings.h"
#include "store/store.h"

namespace crawld {

inline constexpr std::string_view kFormatKey = "store/format";  // in Family::meta

struct Store::State {
    ~State();
    rocksdb::ColumnFamilyHandle* handle(Family family) const {
        const size_t index = static_cast<size_t>(family) + 1;
        return handles[index < handles.size() ? index : 0];
    }
    Status refusal() const;
    void note_failure(const rocksdb::Status& status);
    Status leave_failure();
    uint64_t current_log() const;
    void write_out();
    void note_commit();
    LogPosition durable_now();

    std::shared_ptr<void> lock;  // of a store that only reads; RocksDB takes the others'
    bool read_only = false;
    std::string directory;
    StoreOptions options;
    std::shared_ptr<InfoLog> log;
    std::shared_ptr<FailureListener> failures = std::make_shared<FailureListener>();
    SharedMemory memory;
    std::unique_ptr<rocksdb::Env> env;  // of one that only reads, whose logs are torn
    std::unique_ptr<rocksdb::DB> db;
    // The default family, then those of Family in their order. A store that only reads may be older
    // than the last ones: they read as the default one, which is empty.
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    std::unique_ptr<CommitMark> mark;  // null: on a file system of a test's
    std::mutex durable_mutex;
    LogPosition durable;  // guarded by durable_mutex; nothing yet is no claim
    bool was_new = false;
    std::optional<uint32_t> upgraded_from;  // the version that this open() found
    std::atomic<bool> failed{false};
    std::atomic<bool> no_space{false};
    uint64_t cut_bytes = 0;
    uint64_t broken_log = 0;  // the number of the log whose last record is not whole; 0: none
};

struct StoreAccess {
    static std::unique_ptr<Store> make(std::unique_ptr<Store::State> state) {
        std::unique_ptr<Store> store(new Store());
        store->state_ = std::move(state);
        return store;
    }
    using State = Store::State;
};

}  // namespace crawld
