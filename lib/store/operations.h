// The operations inside a Batch, as they lie in its bytes. Private to store/: they live in memory
// only, so sizes are in the machine's own order.
#pragma once

#include <cstdint>

#include "store/store.h"

namespace crawld::operations {

inline constexpr char kPut = 'p';         // key, value
inline constexpr char kErase = 'e';       // key
inline constexpr char kEraseRange = 'r';  // begin, end

struct Header {
    char kind;
    Family family;
    uint32_t first_bytes;
    uint32_t second_bytes;
};

}  // namespace crawld::operations
