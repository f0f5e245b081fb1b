// HostTable: the host rows that are in memory: those of loaded hosts, and the most recently used of
// all others.
//
// Owns:   its entries; a reference is good until trim().
// Thread: one.
// Bound:  loaded hosts (the crawler's bound) and `idle_max` others after trim().
// Test:   tests/unit/frontier/memory_test.cc
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <memory>
#include <unordered_map>
#include <vector>

#include "frontier/format.h"
#include "url/keys.h"

namespace crawld {

// A chunk of which URLs were handed out.
struct LoadedChunk {
    uint64_t seq = 0;
    std::vector<uint64_t> open;  // fingerprints of its URLs that are not settled
};

// The entry of a queue that is handed out next.
struct LoadPoint {
    uint64_t seq = 0;
    size_t index = 0;  // within the chunk
};

// What there is of a host only while it is loaded.
struct Stay {
    std::array<std::vector<LoadedChunk>, kPriorities> chunks;  // by seq
    std::array<LoadPoint, kPriorities> next;
    bool exhausted = false;  // load() said so, and nothing came since
};

struct HostEntry {
    HostKey key;
    format::HostRow row;         // as on disk
    bool exists = false;         // whether there is a row on disk
    std::unique_ptr<Stay> stay;  // null: not loaded

    std::list<HostEntry*>::iterator idle_position;  // HostTable's, if not loaded
};

class HostTable {
  public:
    explicit HostTable(size_t idle_max) : idle_max_(idle_max) {}

    HostEntry* find(HostKey key);  // null: not in memory
    HostEntry& insert(HostKey key);
    void begin_stay(HostEntry& entry);
    void end_stay(HostEntry& entry);
    void trim();
    size_t size() const { return entries_.size(); }

  private:
    size_t idle_max_;
    std::unordered_map<HostKey, HostEntry> entries_;
    std::list<HostEntry*> idle_;  // most recently used first
};

}  // namespace crawld
