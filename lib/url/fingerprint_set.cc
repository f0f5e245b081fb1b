#include "url/fingerprint_set.h"

#include <algorithm>
#include <utility>

namespace crawld {

namespace {
// 0 marks an empty slot, so the one fingerprint that is 0 shares a slot with 1.
constexpr uint64_t stored(uint64_t fingerprint) {
    return fingerprint == 0 ? 1 : fingerprint;
}
}  // namespace

// Where the fingerprint is, or the empty slot where it belongs. There always is an empty one.
size_t FingerprintSet::slot_of(const Table& table, uint64_t fingerprint) {
    const size_t mask = table.slots.size() - 1;
    size_t slot = fingerprint & mask;
    while (table.slots[slot] != 0 && table.slots[slot] != fingerprint)
        slot = (slot + 1) & mask;
    return slot;
}

void FingerprintSet::grow(Table& table) {
    const std::vector<uint64_t> old = std::exchange(
        table.slots, std::vector<uint64_t>(std::max<size_t>(4, table.slots.size() * 2)));
    for (const uint64_t fingerprint : old) {
        if (fingerprint != 0) table.slots[slot_of(table, fingerprint)] = fingerprint;
    }
}

bool FingerprintSet::insert(uint64_t fingerprint) {
    fingerprint = stored(fingerprint);
    Table& table = tables_[fingerprint >> (64 - kTableBits)];
    // At most 7 of 8 slots are used.
    if ((table.used + 1) * 8 > table.slots.size() * 7) grow(table);
    uint64_t& slot = table.slots[slot_of(table, fingerprint)];
    if (slot == fingerprint) return false;
    slot = fingerprint;
    ++table.used;
    ++size_;
    return true;
}

bool FingerprintSet::contains(uint64_t fingerprint) const {
    fingerprint = stored(fingerprint);
    const Table& table = table_of(fingerprint);
    return !table.slots.empty() && table.slots[slot_of(table, fingerprint)] == fingerprint;
}

size_t FingerprintSet::bytes() const {
    size_t total = tables_.size() * sizeof(Table);
    for (const Table& table : tables_)
        total += table.slots.capacity() * sizeof(uint64_t);
    return total;
}

}  // namespace crawld
