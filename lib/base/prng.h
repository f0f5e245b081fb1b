// The only source of randomness: seeded once by the daemon (which logs the seed) or by a test.
//
// Source: SplitMix64 (Steele, Lea, Flood 2014). Not for secrets.
// Test:   tests/unit/base/prng_test.cc
#pragma once

#include <cstdint>

namespace crawld {

class Prng {
  public:
    explicit Prng(uint64_t seed) : state_(seed) {}

    uint64_t next() {
        uint64_t z = (state_ += 0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
    // Uniform in [0, bound); bound > 0. The bias is below bound / 2^64.
    uint64_t below(uint64_t bound) { return next() % bound; }
    // Uniform in [0, 1).
    double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

  private:
    uint64_t state_;
};

}  // namespace crawld
