// What a reader of a page has found, as a text in which the order and number of links does not
// count.
#pragma once

#include <set>
#include <string>

#include "base/fields.h"
#include "html/links.h"

namespace crawld::test {

inline std::string describe(const PageLinks& page) {
    const std::set<PageLink> links(page.links.begin(), page.links.end());
    std::string text = "base=" + page.base_href + "\nrobots=" + page.meta_robots +
                       "\nproduct=" + page.meta_product + "\nusage=" + page.meta_usage + "\n";
    for (const PageLink& link : links)
        text += std::string(to_string(link.kind)) + (link.nofollow ? " nofollow " : " ") +
                link.href + "\n";
    std::set<std::string> languages;
    for (const LinkLanguage& language : page.languages)
        languages.insert(language.tag + "=" + page.links[language.link].href + "\n");
    for (const std::string& language : languages)
        text += language;
    return text;
}

}  // namespace crawld::test
