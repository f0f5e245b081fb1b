#include "crawl/page_notes.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace crawld {

namespace {

constexpr std::array<std::string_view, 3> kUsageHeaders{"content-usage", "tdm-reservation",
                                                        "tdm-policy"};

void append(std::string& list, std::string_view item, std::string_view separator) {
    if (!list.empty()) list += separator;
    list += item;
}

}  // namespace

bool is_usage_header(std::string_view name) {
    return std::any_of(kUsageHeaders.begin(), kUsageHeaders.end(),
                       [&](std::string_view known) { return iequals(name, known); });
}

std::string usage_note(const std::vector<HttpHeader>& headers, std::string_view meta_usage) {
    std::string usage;
    for (const HttpHeader& header : headers)
        if (is_usage_header(header.name))
            append(usage, lowercase(header.name) + ": " + header.value, "; ");
    if (!meta_usage.empty()) append(usage, meta_usage, "; ");
    if (usage.size() > kUsageBytesMax) usage.resize(kUsageBytesMax);
    return usage;
}

void AlternatesNote::add(std::string_view language, const std::optional<CanonicalUrl>& url) {
    if (!url) return;
    const size_t bytes = text_.size() + language.size() + url->href().size() + 2;
    // What is left out is the end of the list, so that one sees where it was cut.
    if (left_out_ > 0 || bytes > kAlternatesBytesMax) {
        ++left_out_;
        return;
    }
    append(text_, std::string(language) + "=" + std::string(url->href()), " ");
}

std::string AlternatesNote::text() const {
    std::string text = text_;
    if (left_out_ > 0) append(text, "+" + std::to_string(left_out_), " ");
    return text;
}

}  // namespace crawld
