#include "crawl/admission.h"

#include "url/shape.h"

namespace crawld {

std::string_view refusal(const CanonicalUrl& url, Discovery discovery, uint32_t depth,
                         const LimitsOptions& limits, const Scope& scope) {
    const bool is_page = discovery != Discovery::manifest;
    if (is_page && limits.depth != 0 && depth > limits.depth) return "limits.depth";
    if (const std::string_view rule = scope.check(url); !rule.empty()) return rule;
    if (limits.query_bytes != 0 && url.query().size() > limits.query_bytes)
        return "limits.query_bytes";
    const size_t segments = count_segments(url.path());
    if (limits.path_segments != 0 && segments > limits.path_segments) return "limits.path_segments";
    if (limits.repeated_segments != 0 && segments > limits.repeated_segments &&
        count_repeats(url.path()) > limits.repeated_segments)
        return "limits.repeated_segments";
    return {};
}

}  // namespace crawld
