// The `sitemaps:` section: which lists of URLs are read.
#pragma once

#include "base/fields.h"

namespace crawld {

// Of one file, on the wire and decoded: the protocol's bound.
inline constexpr uint64_t kSitemapBytesMax = 50 << 20;

struct SitemapOptions {
    bool robots = true;
    bool well_known = false;
};
template <class V>
void describe(V& v, SitemapOptions& o) {
    v.field({.name = "robots",
             .help = "Read the sitemaps that a host's robots.txt names, if they are in scope; each "
                     "counts as a page of its host. One that is not there is asked for again with "
                     "fetch.refetch_after, or else seven times more, at each robots_ttl_max. With "
                     "this or well_known, urlsets and indexes to which a link leads are read too."},
            o.robots);
    v.field({.name = "well_known",
             .help = "Ask hosts whose robots.txt names no sitemap for /sitemap.xml."},
            o.well_known);
}

}  // namespace crawld
