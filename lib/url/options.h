// The `crawl.canonical` section: what more than the canonical form makes two URLs one.
#pragma once

#include "base/fields.h"

namespace crawld {

struct CanonicalOptions {
    bool strip_session_ids = false;
    bool strip_tracking = false;
    bool sort_query = false;
    bool strip_query = false;
    bool fold_www = false;
    bool operator==(const CanonicalOptions&) const = default;
};

template <class V>
void describe(V& v, CanonicalOptions& o) {
    v.field({.name = "strip_session_ids",
             .help = "Leave out session ids: ;jsessionid=, PHPSESSID=, sid= with hexadecimal "
                     "digits and the like. lib/url/canonical_rules.h lists them.",
             .per_host = false},
            o.strip_session_ids);
    v.field({.name = "strip_tracking",
             .help = "Leave out what only counts visitors: utm_*, gclid, fbclid and the like. "
                     "lib/url/canonical_rules.h lists them.",
             .per_host = false},
            o.strip_tracking);
    v.field({.name = "sort_query",
             .help = "Sort the parameters of queries by name; those of one name keep their order.",
             .per_host = false},
            o.sort_query);
    v.field({.name = "strip_query", .help = "Leave out queries whole.", .per_host = false},
            o.strip_query);
    v.field({.name = "fold_www",
             .help = "Take www.example.org for example.org. A site that redirects the one to the "
                     "other is followed, at the cost of a request more for each page.",
             .per_host = false},
            o.fold_www);
}

}  // namespace crawld
