// The options of store/.
#pragma once

#include "base/fields.h"

namespace crawld {

struct StoreOptions {
    ByteSize cache = mib(64);      // block cache, with filters and indexes in it
    ByteSize memtables = mib(48);  // all families together
    bool sync = true;              // false only in benchmarks and tests: no durability
};
template <class V>
void describe(V& v, StoreOptions& o) {
    v.field({.name = "cache",
             .help = "Memory for blocks of the state database, its filters and indexes included.",
             .live = false,
             .min = 1 << 20,
             .per_host = false},
            o.cache);
    v.field({.name = "memtables",
             .help = "Memory for state that is on disk in the log only. At most twice as much is "
                     "read again at a start after a crash.",
             .live = false,
             .min = 1 << 20,
             .per_host = false},
            o.memtables);
}

}  // namespace crawld
