// KnownPages: looks for pages in a family of the database, some at a time, and tells those that it
// does not have.
//
// Bound:  kKeysAtOnce.
// Errors: those of Store::multi_get().
// Thread: one.
// Test:   tests/unit/audit/
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/faults.h"
#include "store/store.h"
#include "url/keys.h"

namespace crawld {

class KnownPages {
  public:
    static constexpr size_t kKeysAtOnce = 1'000;
    static constexpr size_t kKeyBytes = 16;

    // Without a store all are known.
    KnownPages(Store* store, Family family, FaultList& faults)
        : store_(store), family_(family), faults_(faults) {}

    // In the order of keys. `unknown` is told if it is; its text is ours.
    Status add(std::string_view key, Fault unknown) {
        if (store_ == nullptr || key == last_) return {};
        last_ = key;
        keys_ += key;
        unknown.what = "the state does not know this page";
        unknown_.push_back(std::move(unknown));
        return unknown_.size() < kKeysAtOnce ? Status() : look();
    }
    // Behind the last one.
    Status look() {
        std::vector<bool> found(unknown_.size(), false);
        const Status read =
            found.empty() ? Status()
                          : store_->multi_get(family_, keys_, kKeyBytes,
                                              [&](size_t i, std::string_view) { found[i] = true; });
        for (size_t i = 0; i < found.size(); ++i)
            if (read && !found[i]) faults_.add(unknown_[i]);
        keys_.clear();
        unknown_.clear();
        return read;
    }

  private:
    Store* store_;
    Family family_;
    FaultList& faults_;
    std::string last_;
    std::string keys_;
    std::vector<Fault> unknown_;
};

}  // namespace crawld
