// Page directives: the values of X-Robots-Tag and of <meta name=robots>.
#include <algorithm>

#include "base/text.h"
#include "robots/robots.h"

namespace crawld {

namespace {

void take_token(std::string_view token, PageDirectives& out) {
    token = trim(token);
    if (iequals(token, "nofollow")) out.nofollow = true;
    if (iequals(token, "noindex")) out.noindex = true;
    if (iequals(token, "noarchive")) out.noarchive = true;
    if (iequals(token, "none")) out.nofollow = out.noindex = true;
}

// Directives that have a value of their own after a colon: they name no crawler.
bool has_value(std::string_view name) {
    for (std::string_view known :
         {"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
        if (iequals(name, known)) return true;
    return false;
}

}  // namespace

void PageDirectives::merge(const PageDirectives& other) {
    nofollow |= other.nofollow;
    noindex |= other.noindex;
    noarchive |= other.noarchive;
}

PageDirectives parse_meta_robots(std::string_view content) {
    PageDirectives out;
    for (std::string_view token : split(content, ','))
        take_token(token, out);
    return out;
}

// "nofollow", "otherbot: noindex, nofollow", "crawld: none": a name holds for all that follows it
// in the value, up to the next name.
PageDirectives parse_x_robots_tag(std::string_view value, std::string_view product) {
    PageDirectives out;
    bool for_us = true;
    for (std::string_view token : split(value, ',')) {
        const size_t colon = token.find(':');
        const std::string_view name = trim(token.substr(0, colon));
        if (colon != std::string_view::npos && !has_value(name)) {
            for_us = iequals(name, product) || name == "*";
            token = token.substr(colon + 1);
        }
        if (for_us) take_token(token, out);
    }
    return out;
}

}  // namespace crawld
