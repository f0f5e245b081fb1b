// The RocksDB settings of the state database, with the reason for each that is not a default.
//
// Source: facts.md section 4; RocksDB 7.8 include/rocksdb/options.h, advanced_options.h, table.h.
#pragma once

#include <rocksdb/db.h>

#include <memory>
#include <vector>

#include "store/store.h"

namespace crawld {

inline constexpr size_t kQueuePrefixBytes = 8;  // a host's key: vshard and fingerprint

// What the families share, so that memory has one bound.
struct SharedMemory {
    std::shared_ptr<rocksdb::Cache> cache;
    std::shared_ptr<rocksdb::WriteBufferManager> memtables;
};

SharedMemory make_shared_memory(const StoreOptions& options);
rocksdb::DBOptions database_settings(const StoreOptions& options, const SharedMemory& memory,
                                     rocksdb::Env& env);
// The default family, which stays empty, and then ours in the order of Family.
std::vector<rocksdb::ColumnFamilyDescriptor> family_settings(const StoreOptions& options,
                                                             const SharedMemory& memory);

}  // namespace crawld
