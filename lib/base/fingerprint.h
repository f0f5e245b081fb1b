// Fingerprints: XXH3, 64 and 128 bits. Stored on disk, so the function and the seed never change.
//
// Cost: about 10 ns for a URL. Not cryptographic: an adversary can make two URLs collide, and the
//       second would count as seen; it cannot make us fetch what scope or policy forbids.
// Source: https://xxhash.com, XXH3.
// Test: tests/unit/base/fingerprint_test.cc
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace crawld {

uint64_t fingerprint64(std::string_view bytes);

struct Fingerprint128 {
    uint64_t high = 0;
    uint64_t low = 0;
    bool operator==(const Fingerprint128&) const = default;
};
Fingerprint128 fingerprint128(std::string_view bytes);

// The same of bytes that come in pieces.
class Fingerprinter {
  public:
    Fingerprinter();
    ~Fingerprinter();
    Fingerprinter(const Fingerprinter&) = delete;
    Fingerprinter& operator=(const Fingerprinter&) = delete;
    void put(std::string_view bytes);
    Fingerprint128 result() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

std::string to_hex(uint64_t number);                    // 16 lower-case digits
std::string to_hex(const Fingerprint128& fingerprint);  // 32

}  // namespace crawld
