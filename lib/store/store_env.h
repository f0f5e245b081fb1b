// Opening a Store on another RocksDB environment: the seam for fault injection (design.md section
// 7). Production code uses Store::open.
//
// Owns:  nothing; `env` outlives the Store.
// Test:  tests/faults/
#pragma once

#include <memory>
#include <string>

#include "store/store.h"

namespace rocksdb {
class Env;
}

namespace crawld {

Result<std::unique_ptr<Store>> open_store_on(rocksdb::Env& env, const std::string& directory,
                                             const StoreOptions& options);

}  // namespace crawld
