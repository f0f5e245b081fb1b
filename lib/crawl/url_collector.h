// UrlCollector: the URLs of one document that are to be made known: distinct and admitted
// (admission.h); the others are counted by reason.
//
// Thread: any, one at a time.
// Test:   tests/unit/crawl/digest_test.cc, tests/unit/crawl/sitemap_digest_test.cc
#pragma once

#include <optional>
#include <unordered_map>

#include "crawl/digest.h"

namespace crawld {

class UrlCollector {
  public:
    // Writes into `facts`; both must outlive it.
    UrlCollector(const DigestRequest& request, PageFacts& facts)
        : request_(request), facts_(facts), keys_(*request.suffixes) {}

    // `depth`: of the URL, from the seed; limits.depth bounds it, but not that of a sitemap.
    // Returns the URL as it is to be made known, maybe from an earlier call, until the next one;
    // nothing if it is left out.
    NewUrl* add(CanonicalUrl url, Priority priority, Discovery discovery, uint32_t depth);
    void leave_out(std::string_view reason) { facts_.left_out.add(reason); }

  private:
    const DigestRequest& request_;
    PageFacts& facts_;
    KeyMaker keys_;
    std::unordered_map<uint64_t, std::optional<size_t>> seen_;  // where it is in facts_.urls
};

}  // namespace crawld
