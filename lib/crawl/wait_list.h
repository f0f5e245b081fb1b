// WaitList: hosts that wait for room in a gate they share with others, first come, first served.
//
// One host at a time is called: it looks whether there is room, and either takes it and leaves, or
// stays first. So a thousand hosts of one address do not all look at one free slot, and none of
// them waits longer than the others.
//
// Bound: a host stands in one list at most, and there once.
// Cost:  constant.
// Test:  tests/unit/crawl/wait_list_test.cc
#pragma once

#include <list>
#include <optional>
#include <unordered_map>

#include "url/keys.h"

namespace crawld {

class WaitList {
  public:
    void add(HostKey host) {
        if (!places_.contains(host)) places_[host] = order_.insert(order_.end(), host);
    }
    void add_first(HostKey host) {
        if (!places_.contains(host)) places_[host] = order_.insert(order_.begin(), host);
    }
    // Out of the list, called or not.
    void remove(HostKey host) {
        const auto place = places_.find(host);
        if (place == places_.end()) return;
        order_.erase(place->second);
        places_.erase(place);
        if (called_ == host) called_.reset();
    }
    // The first in the list, which keeps its place until it is removed. Precondition: none is
    // called, and the list is not empty.
    HostKey call() {
        called_ = order_.front();
        return *called_;
    }
    void end_call() { called_.reset(); }  // in vain
    std::optional<HostKey> called() const { return called_; }
    bool empty() const { return order_.empty(); }

  private:
    std::list<HostKey> order_;
    std::unordered_map<HostKey, std::list<HostKey>::iterator> places_;
    std::optional<HostKey> called_;
};

}  // namespace crawld
