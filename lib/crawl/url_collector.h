// UrlCollector: the URLs of one document that are to be made known: distinct and admitted
// (admission.h); the others are counted by reason.
//
// Bound:  of a document's URLs with their records, found_bytes_max(); what is beyond is left out
//         as "found-bytes". A base href of 2 KB makes that much of every "<a href=1>".
// Thread: any, one at a time.
// Test:   tests/unit/crawl/digest_test.cc, tests/unit/crawl/sitemap_digest_test.cc
#pragma once

#include <optional>
#include <unordered_map>

#include "crawl/digest.h"

namespace crawld {

class UrlCollector {
  public:
    // Writes into `facts`; both must outlive it. `urls_max`: how many URLs a document of this kind
    // may bring.
    UrlCollector(const DigestRequest& request, PageFacts& facts, size_t urls_max)
        : request_(request),
          facts_(facts),
          bytes_max_(found_bytes_max(urls_max)),
          keys_(*request.suffixes) {}

    // `depth`: of the URL, from the seed; limits.depth bounds it, but not that of a sitemap.
    // Returns the URL as it is to be made known, maybe from an earlier call, until the next one;
    // nothing if it is left out.
    NewUrl* add(CanonicalUrl url, Priority priority, Discovery discovery, uint32_t depth);
    // Whether there is no more room; what was to be added is counted as left out then.
    bool left_out_as_full();
    void leave_out(std::string_view reason) { facts_.left_out.add(reason); }

  private:
    const DigestRequest& request_;
    PageFacts& facts_;
    const uint64_t bytes_max_;
    bool full_ = false;
    KeyMaker keys_;
    std::unordered_map<uint64_t, std::optional<size_t>> seen_;  // where it is in facts_.urls
};

}  // namespace crawld
