#include "crawl/url_collector.h"

#include "crawl/admission.h"

namespace crawld {

NewUrl* UrlCollector::add(CanonicalUrl url, Priority priority, Discovery discovery,
                          uint32_t depth) {
    if (left_out_as_full()) return nullptr;
    const UrlKey key = keys_.key(url);
    const auto [seen, is_first] = seen_.try_emplace(key.url);
    if (!is_first) return seen->second ? &facts_.urls[*seen->second] : nullptr;
    const std::string_view reason =
        refusal(url, discovery, depth, request_.options->limits, *request_.scope);
    if (!reason.empty()) {
        leave_out(reason);
        return nullptr;
    }
    const uint64_t bytes = sizeof(NewUrl) + url.href().capacity();
    full_ = facts_.found_bytes + bytes > bytes_max_;
    if (left_out_as_full()) return nullptr;
    facts_.found_bytes += bytes;
    seen->second = facts_.urls.size();
    facts_.urls.push_back({.url = std::move(url),
                           .key = key,
                           .priority = priority,
                           .discovery = discovery,
                           .depth = static_cast<uint16_t>(depth),
                           .hops = 0});
    return &facts_.urls.back();
}

bool UrlCollector::left_out_as_full() {
    if (full_) leave_out("found-bytes");
    return full_;
}

}  // namespace crawld
