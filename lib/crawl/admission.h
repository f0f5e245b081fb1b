// Admission: whether a URL belongs to the crawl: scope, depth and the shape of its path. Asked
// where a link is found, so that what is refused costs no room on disk, and again at its turn,
// because a reload may have changed the answer.
//
// Thread: any.
// Test:   tests/unit/crawl/digest_test.cc, tests/scenarios/url_traps.scenario
#pragma once

#include <cstdint>
#include <string_view>

#include "crawl/options.h"
#include "frontier/types.h"
#include "url/scope.h"

namespace crawld {

// Empty: it does. Otherwise the reason: a rule of the scope or the name of a limit. A view that
// lives as long as the scope. `depth`: of the URL, from its seed; sitemaps have bounds of their
// own.
std::string_view refusal(const CanonicalUrl& url, Discovery discovery, uint32_t depth,
                         const LimitsOptions& limits, const Scope& scope);

}  // namespace crawld
