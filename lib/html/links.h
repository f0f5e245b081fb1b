// Links of an HTML page: found by a streaming tokenizer (scan_links) or in Gumbo's tree
// (tree_links). Both give the same PageLinks for every page of which the scanner does not say that
// it had to guess, but for what Gumbo 0.10 reads otherwise than today's standard (named in
// tests/fuzz/scanner_fuzz.cc); conformance tests compare them over all the HTML files they can find
// and random tags, and a fuzzer does. None of 38,000 pages of documentation makes it guess. In
// doubt what either finds is a link: a page that is asked for in vain costs less than one that is
// lost.
//
// How things move in this folder: UTF-8 text in; the scanner (scanner.cc) walks it once as the
// WHATWG tokenizer does, skipping to the next '<' with memchr, and keeps just the attributes that
// matter; insertion.h knows which tags tree construction would drop, and when it cannot know.
// tree.cc walks Gumbo's tree, which grows in an arena that guards it (guard.h: depth, attributes a
// tag, memory, size) and stops the parse at a bound. `collect.h` is the one place that turns a tag
// with attributes into links and directives, used by both.
//
// Collected: a, area, frame, iframe, link rel=next/prev/canonical/alternate with its hreflang, meta
// refresh, base href, meta robots, meta tdm-reservation and tdm-policy; with `embeds` also img,
// source, script, link rel=stylesheet/icon, srcset. An svg <a> is an anchor. Links inside
// <template> count (shadow roots are written that way), base and meta inside do not. An empty href
// is a link to the page itself, an empty src is none.
//
// Owns:   PageLinks owns its text.
// Cost:   scan_links: linear in time, constant memory besides the result. tree_links: see guard.h.
// Source: WHATWG HTML 13.2.5 (tokenization), 4.8.4 (srcset), 4.2.5.3 (refresh).
// Test:   tests/conformance/html/, tests/unit/html/
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "html/options.h"

namespace crawld {

enum class LinkKind : uint8_t {
    anchor,  // a, area
    frame,   // frame, iframe
    next,
    prev,
    canonical,
    alternate,
    refresh,  // meta refresh
    embed,    // img, source, script, stylesheet, icon
};
constexpr std::array<std::string_view, 8> enum_names(LinkKind) {
    return {"anchor", "frame", "next", "prev", "canonical", "alternate", "refresh", "embed"};
}

struct PageLink {
    std::string href;  // attribute value: character references decoded, whitespace trimmed
    LinkKind kind = LinkKind::anchor;
    bool nofollow = false;  // rel=nofollow
    auto operator<=>(const PageLink&) const = default;
};

// Beside the links, because hardly any has one, and the scanner is paced by how large a link is.
struct LinkLanguage {
    size_t link = 0;  // index into PageLinks::links
    std::string tag;  // hreflang, if it has the shape of a language tag
};

struct PageLinks {
    std::vector<PageLink> links;          // document order, at most links_max, duplicates kept
    std::vector<LinkLanguage> languages;  // of alternates, in the same order
    uint64_t links_dropped = 0;           // beyond links_max
    std::string base_href;                // of the first <base href>, empty without one
    std::string meta_robots;              // contents of <meta name=robots>, comma-joined
    std::string meta_product;             // contents of <meta name=(our product)>, comma-joined
    std::string meta_usage;               // "meta tdm-reservation: 1; meta tdm-policy: /p"
    bool scanner_used = true;             // false: Gumbo's tree
    bool guessed = false;                 // by the scanner: the tree may have other links
};

struct LinkQuery {
    HtmlOptions options;
    std::string product;  // robots token, lower case
};

PageLinks scan_links(std::string_view utf8, const LinkQuery& query);
// What the tree is built of; larger pages could take a core for seconds.
inline constexpr size_t kTreeBytesMax = 2 << 20;
// Falls back to scan_links where the guard refuses the page, and beyond `bytes_max`.
PageLinks tree_links(std::string_view utf8, const LinkQuery& query,
                     size_t bytes_max = kTreeBytesMax);
// What options.parser asks for.
PageLinks find_links(std::string_view utf8, const LinkQuery& query);

}  // namespace crawld
