#include "base/fingerprint.h"

#include <xxhash.h>

#include <array>
#include <cinttypes>
#include <cstdio>

#include "base/check.h"

namespace crawld {

uint64_t fingerprint64(std::string_view bytes) {
    return XXH3_64bits(bytes.data(), bytes.size());
}

Fingerprint128 fingerprint128(std::string_view bytes) {
    const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
    return {hash.high64, hash.low64};
}

struct Fingerprinter::State {
    struct Free {
        void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
    };
    std::unique_ptr<XXH3_state_t, Free> hash{XXH3_createState()};
};

Fingerprinter::Fingerprinter() : state_(std::make_unique<State>()) {
    CRAWLD_CHECK(state_->hash != nullptr);
    XXH3_128bits_reset(state_->hash.get());
}

Fingerprinter::~Fingerprinter() = default;

void Fingerprinter::put(std::string_view bytes) {
    XXH3_128bits_update(state_->hash.get(), bytes.data(), bytes.size());
}

Fingerprint128 Fingerprinter::result() const {
    const XXH128_hash_t hash = XXH3_128bits_digest(state_->hash.get());
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
