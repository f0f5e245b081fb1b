// WaitList: hosts that wait for room in a shared gate and have no time at which to look again.
// Woken one by one, so that a thousand hosts of one domain do not all look at one free slot.
//
// Bound: a host stands in a list once; at most the loaded hosts.
// Test:  tests/unit/crawl/wait_list_test.cc
#pragma once

#include <deque>
#include <optional>
#include <unordered_set>

#include "url/keys.h"

namespace crawld {

class WaitList {
  public:
    void add(HostKey host) {
        if (members_.insert(host).second) order_.push_back(host);
    }
    std::optional<HostKey> next() {
        if (order_.empty()) return std::nullopt;
        const HostKey host = order_.front();
        order_.pop_front();
        members_.erase(host);
        return host;
    }
    bool empty() const { return order_.empty(); }

  private:
    std::deque<HostKey> order_;
    std::unordered_set<HostKey> members_;
};

}  // namespace crawld
