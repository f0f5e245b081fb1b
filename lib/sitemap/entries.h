// Entries: hands entries to the sink, counts them, and says when there are enough.
//
// Test: tests/unit/sitemap/limits_test.cc
#pragma once

#include "sitemap/sitemap.h"

namespace crawld {

class Entries {
  public:
    Entries(SitemapSink& sink, uint64_t urls_max) : sink_(sink), urls_max_(urls_max) {}

    // Full from the first URL on that is one too many; then nothing is handed out any more.
    void add(const SitemapEntry& entry) {
        if (full_) return;
        const bool url = entry.kind == SitemapKind::page || entry.kind == SitemapKind::sitemap;
        full_ = url && urls_ == urls_max_;
        if (full_) return;
        ++(url ? urls_ : others_);
        sink_.on_entry(entry);
    }
    void skip() { ++skipped_; }

    bool full() const { return full_; }
    uint64_t urls() const { return urls_; }
    uint64_t others() const { return others_; }
    uint64_t skipped() const { return skipped_; }

  private:
    SitemapSink& sink_;
    const uint64_t urls_max_;
    bool full_ = false;
    uint64_t urls_ = 0;
    uint64_t others_ = 0;
    uint64_t skipped_ = 0;
};

}  // namespace crawld
