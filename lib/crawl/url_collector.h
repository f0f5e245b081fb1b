// UrlCollector: the URLs of one document that are to be made known: distinct and admitted
// (admission.h); the others are counted by reason.
//
// Thread: any, one at a time.
// Test:   tests/unit/crawl/digest_test.cc, tests/unit/crawl/sitemap_digest_test.cc
#pragma once

#include <unordered_set>

#include "crawl/digest.h"

namespace crawld {

class UrlCollector {
  public:
    // Writes into `facts`; both must outlive it.
    UrlCollector(const DigestRequest& request, PageFacts& facts)
        : request_(request), facts_(facts), keys_(*request.suffixes) {}

    // `depth`: of the URL, from the seed; limits.depth bounds it, but not that of a sitemap.
    void add(CanonicalUrl url, Priority priority, Discovery discovery, uint32_t depth);
    void leave_out(std::string_view reason);

  private:
    const DigestRequest& request_;
    PageFacts& facts_;
    KeyMaker keys_;
    std::unordered_set<uint64_t> seen_;
};

}  // namespace crawld
