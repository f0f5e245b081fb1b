// RulesMemory: what the rules of robots.txt files take in a loop's memory, and whose go first.
//
// A file of 512 KiB may become 5 MB of rules, and tens of thousands of hosts may each have one.
// Over the bound rules leave memory, the largest first, so that files made to be large push out
// each other and not those of ordinary hosts; of about the same size those that came first. What
// may leave is on disk and is read again when a page of its host asks (rules_reading.cc).
//
// Pure: numbers and names alone; the rules are the RobotsEntry's.
// Thread: the loop's.
// Cost:   O(log n).
// Test:   tests/unit/crawl/rules_memory_test.cc
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>

#include "url/keys.h"

namespace crawld {

class RulesMemory {
  public:
    struct Owner {
        HostKey host;
        std::string authority;
    };

    // They count from now on, instead of others of the same authority.
    void add(const Owner& owner, size_t bytes);
    // They are on disk too.
    void may_leave(const std::string& authority);
    void remove(const std::string& authority);

    size_t bytes() const { return bytes_; }
    // Of those that may not leave.
    size_t bytes_kept() const { return bytes_kept_; }
    // Whose are to leave next; null: nobody's may.
    const Owner* first_to_leave() const;

  private:
    struct Rules {
        Owner owner;
        size_t bytes = 0;
        uint64_t number = 0;  // in the order in which they came
        bool may_leave = false;
    };
    struct LeavesBefore {
        bool operator()(const Rules* a, const Rules* b) const;
    };

    std::unordered_map<std::string, Rules> rules_;
    std::set<const Rules*, LeavesBefore> leaving_;
    size_t bytes_ = 0;
    size_t bytes_kept_ = 0;
    uint64_t last_number_ = 0;
};

}  // namespace crawld
