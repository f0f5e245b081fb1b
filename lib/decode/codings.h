// The content codings as stages of a pipe: each takes coded bytes, and hands decoded ones to the
// next stage in pieces, so that memory stays flat whatever the sizes are.
//
// Owns:   its library's state and one buffer; refers to the next stage, which must outlive it.
// Bound:  a stage hands on at most `bytes_max`; zstd windows are at most 8 MiB (RFC 9659), gzip's
//         32 KiB, brotli's 16 MiB, and no more than 4 MiB or twice `bytes_max`.
// Thread: any, one at a time.
// Source: RFC 1950, 1951, 1952, 7932, 8878, 9659; RFC 9110 8.4.1.
// Test:   tests/unit/decode/, tests/conformance/decode/
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace crawld {

enum class Flow : uint8_t {
    ok,
    full,     // bytes_max of some stage was reached
    corrupt,  // some stage cannot read what it got
};

class Stage {
  public:
    virtual ~Stage() = default;
    // Takes all of `bytes`, or says why not; after anything but ok the pipe is done.
    virtual Flow put(std::string_view bytes) = 0;
    // Whether the coded bytes may end here.
    virtual bool complete() const = 0;
};

// `name` in lower case; nullptr for a coding we do not know. "identity" is none.
std::unique_ptr<Stage> make_decoder(std::string_view name, Stage& next, uint64_t bytes_max);

}  // namespace crawld
