// What a Store owns, and who may make one. Private to store/.
#pragma once

#include <rocksdb/db.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "store/failure_listener.h"
#include "store/info_log.h"
#include "store/settings.h"
#include "store/store.h"

namespace crawld {

inline constexpr std::string_view kFormatKey = "store/format";  // in Family::meta

struct Store::State {
    ~State();
    rocksdb::ColumnFamilyHandle* handle(Family family) const {
        return handles[static_cast<size_t>(family) + 1];
    }
    Status refusal() const;
    void note_failure(const rocksdb::Status& status);
    Status leave_failure();
    uint64_t current_log() const;

    std::shared_ptr<void> lock;  // of a store that only reads; RocksDB takes the others'
    bool read_only = false;
    std::string directory;
    StoreOptions options;
    std::shared_ptr<InfoLog> log;
    std::shared_ptr<FailureListener> failures = std::make_shared<FailureListener>();
    SharedMemory memory;
    std::unique_ptr<rocksdb::DB> db;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;  // default, then in the order of Family
    bool was_new = false;
    std::atomic<bool> failed{false};
    std::atomic<bool> no_space{false};
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
