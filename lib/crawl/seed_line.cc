#include "crawl/seed_line.h"

#include "base/text.h"

namespace crawld {

namespace {

std::string rejection_of(std::string_view text, bool cut) {
    if (cut) return "the line is too long";
    if (text.find("://") == std::string_view::npos)
        return "not a URL; write it with its scheme, for example https://" +
               std::string(text.substr(0, 60));
    return "not an http or https URL";
}

}  // namespace

SeedLine read_seed_line(std::string_view line, bool cut, const CanonicalRules& rules) {
    const std::string_view text = trim(line);
    if (text.starts_with('#') || (text.empty() && !cut)) return {};
    auto url = cut ? std::nullopt : CanonicalUrl::parse(text);
    if (!url) return {.url = {}, .rejection = rejection_of(text, cut)};
    return {.url = rules.apply(*std::move(url)), .rejection = {}};
}

}  // namespace crawld
