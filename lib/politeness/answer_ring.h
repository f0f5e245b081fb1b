// AnswerRing: instants in the order they were pushed, in one block of memory that grows by doubling
// and is never given back before the ring is.
//
// Test: tests/unit/politeness/answer_ring_test.cc
#pragma once

#include <cstddef>
#include <vector>

#include "base/check.h"
#include "base/time.h"

namespace crawld {

class AnswerRing {
  public:
    size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

    // The n-th newest; 1 is the last one pushed. Precondition: 1 <= n <= size().
    Instant newest(size_t n) const {
        CRAWLD_CHECK(n >= 1 && n <= size_);
        return slots_[(first_ + size_ - n) & (slots_.size() - 1)];
    }
    Instant oldest() const { return newest(size_); }

    void push(Instant answer) {
        if (size_ == slots_.size()) grow();
        slots_[(first_ + size_++) & (slots_.size() - 1)] = answer;
    }
    void pop_oldest() {
        CRAWLD_CHECK(size_ > 0);
        first_ = (first_ + 1) & (slots_.size() - 1);
        --size_;
    }

  private:
    void grow() {
        std::vector<Instant> larger(slots_.empty() ? 1 : slots_.size() * 2);
        for (size_t i = 0; i < size_; ++i)
            larger[i] = newest(size_ - i);
        slots_ = std::move(larger);
        first_ = 0;
    }

    std::vector<Instant> slots_;  // a power of two of them
    size_t first_ = 0;
    size_t size_ = 0;
};

}  // namespace crawld
