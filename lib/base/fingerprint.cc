#include "base/fingerprint.h"

#include <xxhash.h>

#include <array>
#include <cinttypes>
#include <cstdio>

namespace crawld {

uint64_t fingerprint64(std::string_view bytes) {
    return XXH3_64bits(bytes.data(), bytes.size());
}

Fingerprint128 fingerprint128(std::string_view bytes) {
    const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
    return {hash.high64, hash.low64};
}

std::string to_hex(uint64_t number) {
    std::array<char, 17> out{};
    std::snprintf(out.data(), out.size(), "%016" PRIx64, number);
    return out.data();
}

std::string to_hex(const Fingerprint128& fingerprint) {
    return to_hex(fingerprint.high) + to_hex(fingerprint.low);
}

}  // namespace crawld
