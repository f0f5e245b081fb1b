// FingerprintSet: 64-bit fingerprints in open addressing, 9 to 18 bytes an entry.
//
// Split by the upper bits into many small tables, so that growing, which happens to one of them at
// a time, stays well below a millisecond at tens of millions of entries: readers wait for it.
// Thread: one writer or many readers; the owner locks.
// Cost:   a look-up is about two cache misses.
// Test:   tests/unit/url/fingerprint_set_test.cc
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace crawld {

class FingerprintSet {
  public:
    // False: it was there already.
    bool insert(uint64_t fingerprint);
    bool contains(uint64_t fingerprint) const;
    size_t size() const { return size_; }
    size_t bytes() const;  // memory held

  private:
    struct Table {
        std::vector<uint64_t> slots;  // a power of two; 0: empty
        size_t used = 0;
    };
    static constexpr int kTableBits = 10;

    static size_t slot_of(const Table& table, uint64_t fingerprint);
    static void grow(Table& table);
    const Table& table_of(uint64_t fingerprint) const {
        return tables_[fingerprint >> (64 - kTableBits)];
    }

    std::vector<Table> tables_ = std::vector<Table>(size_t{1} << kTableBits);
    size_t size_ = 0;
};

}  // namespace crawld
