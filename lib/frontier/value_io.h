// ValueReader: ByteReader with the limits of our types, so that a decoder asks once at its end
// whether all was well. Private to frontier/.
#pragma once

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/time.h"
#include "frontier/format.h"

namespace crawld::format {

inline void put_time(std::string& out, WallTime time) {
    put_u64(out, static_cast<uint64_t>(std::max<int64_t>(to_us(time), 0)));
}

class ValueReader {
  public:
    explicit ValueReader(std::string_view bytes) : in_(bytes) {}

    ByteReader& bytes() { return in_; }
    void version() { require(in_.u8() == kVersion); }
    void require(bool condition) { bad_ = bad_ || !condition; }
    WallTime time() {
        const uint64_t us = in_.u64();
        require(us <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max()));
        return wall_from_us(bad_ ? 0 : static_cast<int64_t>(us));
    }
    template <class T>
    T number() {
        const uint64_t value = in_.varint();
        require(value <= std::numeric_limits<T>::max());
        return static_cast<T>(value);
    }
    bool good() const { return !bad_ && !in_.failed(); }
    bool complete() const { return good() && in_.at_end(); }

  private:
    ByteReader in_;
    bool bad_ = false;
};

}  // namespace crawld::format
