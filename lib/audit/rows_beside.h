// RowsBeside: the rows of a family, beside those of another that are gone through in the order of
// the same keys.
//
// Where rows cannot be read, those of the next shard of hosts may be.
//
// Thread: one.
// Cost:   one scan of the family.
// Test:   tests/e2e/repair_test.py
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "store/store.h"

namespace crawld {

class RowsBeside {
  public:
    RowsBeside(Store& store, Family family) : store_(store), family_(family) {}

    // Keys in ascending order. Until the next call; nothing: there is none, or it cannot be read.
    std::optional<std::string_view> find(std::string_view key) {
        const std::string_view shard = key.substr(0, 2);
        if (!damaged_.empty() && damaged_ == shard) return std::nullopt;
        if (!rows_ || !damaged_.empty()) rows_ = store_.scan(family_, key, "", Caching::spare);
        damaged_.clear();
        while (rows_->valid() && rows_->key() < key)
            rows_->next();
        if (rows_->valid()) {
            if (rows_->key() == key) return rows_->value();
        } else if (!rows_->status()) {
            damaged_ = shard;
            ++unreadable_;
        }
        return std::nullopt;
    }
    uint64_t unreadable() const { return unreadable_; }  // shards

  private:
    Store& store_;
    Family family_;
    std::unique_ptr<Cursor> rows_;
    std::string damaged_;  // the shard where reading failed; empty: nowhere
    uint64_t unreadable_ = 0;
};

}  // namespace crawld
