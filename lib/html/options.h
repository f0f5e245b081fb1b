// The `html:` section: how links are found in a page.
#pragma once

#include <array>
#include <string_view>

#include "base/fields.h"

namespace crawld {

enum class HtmlParser : uint8_t { automatic, scanner, gumbo };
constexpr std::array<std::string_view, 3> enum_names(HtmlParser) {
    return {"auto", "scanner", "gumbo"};
}

struct HtmlOptions {
    HtmlParser parser = HtmlParser::automatic;
    bool embeds = false;
    bool nofollow = true;
    bool nofollow_ugc = false;
    bool nofollow_sponsored = false;
    bool canonical_redirects = false;
    uint32_t links_max = 10'000;
};

template <class V>
void describe(V& v, HtmlOptions& o) {
    v.field({.name = "parser",
             .help = "scanner finds links with the streaming scanner; gumbo builds the tree, and "
                     "falls back to the scanner for pages that would make it slow; auto asks both "
                     "where markup is so broken that the scanner has to guess."},
            o.parser);
    v.field({.name = "embeds",
             .help = "Follow images, scripts and style sheets too (img, source, script, link "
                     "rel=stylesheet and icon, srcset)."},
            o.embeds);
    v.field({.name = "nofollow", .help = "Obey rel=nofollow and robots nofollow in pages."},
            o.nofollow);
    v.field({.name = "nofollow_ugc", .help = "Take rel=ugc (comments, forum posts) for nofollow."},
            o.nofollow_ugc);
    v.field(
        {.name = "nofollow_sponsored", .help = "Take rel=sponsored (advertisements) for nofollow."},
        o.nofollow_sponsored);
    v.field({.name = "canonical_redirects",
             .help = "Take a page that names another URL as its canonical one for a redirect to "
                     "it: its own links are not followed."},
            o.canonical_redirects);
    v.field({.name = "links_max",
             .help = "Links taken from one page; further ones are dropped and counted in the log.",
             .min = 1,
             .max = 1'000'000},
            o.links_max);
}

}  // namespace crawld
