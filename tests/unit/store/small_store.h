// A store of which many may be open at a time.
#pragma once

#include "store/store.h"

namespace crawld {

inline constexpr StoreOptions kSmall{.cache = mib(4), .memtables = mib(4), .sync = true};

}  // namespace crawld
