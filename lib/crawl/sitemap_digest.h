// What a sitemap or feed says: the same request and facts as of a page, with the URLs that it
// lists.
//
// A listed page is one step from the seed, whatever list it stood in; a listed sitemap is read too,
// down to kSitemapDepthMax. Scope decides about all of them, so that a sitemap may list other hosts
// that are crawled, and no others. Images and videos count if html.embeds does.
//
// A sitemap's priority says how important it takes a page to be among those of its site, 0.5 if it
// does not say: from 0.8 on a page comes with the seeds of its host, up to 0.2 with its embeds, and
// in between among its links. Further sitemaps come with the seeds, so that what an index lists is
// read before the pages of its first entry. lastmod is kept with the URL. What is known already
// stays as it was: a sitemap that is read again brings new URLs, and changes no others.
//
// Units:  facts.parser is the format ("urlset", "index", "rss", ...), facts.links_found what was
//         listed, facts.detail what is wrong with the file, if anything.
// Errors: never fatal: what was read before a defect counts.
// Bound:  50 MiB and 50,000 URLs a file (SitemapLimits); kListedMax URLs of all kinds,
//         and found_bytes_max() of them.
// Cost:   linear, some 2 us a URL; on the workers. Decoded a piece at a time, so that what a list
//         decodes to is never in memory as a whole.
// Test:   tests/unit/crawl/sitemap_digest_test.cc, tests/scenarios/sitemaps.scenario,
//         tests/scenarios/sitemap_is_a_page.scenario, tests/scenarios/sitemap_as_link.scenario
#pragma once

#include "crawl/digest.h"

namespace crawld {

inline constexpr uint32_t kSitemapDepthMax = 2;  // of an index in an index
inline constexpr size_t kListedMax = 100'000;
static_assert(found_bytes_max(kListedMax) <= kFoundBytesMax);

PageFacts digest_sitemap(DigestRequest request);

// Reads a body as what it is, whatever its URL was named as first: a page that was named as a
// sitemap as a page, and a urlset or an index that was found as a link like one that its host's
// robots.txt names, if any sitemaps of that host are read. Elsewhere the name decides.
PageFacts digest_body(DigestRequest request);

}  // namespace crawld
