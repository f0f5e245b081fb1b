#include <iterator>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "html/collect.h"
#include "html/guard.h"
#include "html/links.h"

namespace crawld {
namespace {

// In SVG an attribute "xlink:href" has the name "href" and a namespace (13.2.6.3).
std::optional<Attribute> attribute_of(const GumboAttribute& attribute) {
    const std::string_view name = attribute.name;
    if (attribute.attr_namespace == GUMBO_ATTR_NAMESPACE_XLINK)
        return name == "href" ? std::optional(Attribute::xlink_href) : std::nullopt;
    if (name == "href") return Attribute::href;
    if (name == "src") return Attribute::src;
    if (name == "srcset") return Attribute::srcset;
    if (name == "rel") return Attribute::rel;
    if (name == "name") return Attribute::name;
    if (name == "http-equiv") return Attribute::http_equiv;
    if (name == "content") return Attribute::content;
    if (name == "hreflang") return Attribute::hreflang;
    return std::nullopt;
}

void collect(const GumboElement& element, bool in_template, Collector& collector) {
    const bool html = element.tag_namespace == GUMBO_NAMESPACE_HTML;
    const bool svg = element.tag_namespace == GUMBO_NAMESPACE_SVG;
    if ((!html && !svg) || (tag_traits(element.tag) & kTagLinks) == 0) return;
    AttributeValues values;
    for (unsigned int i = 0; i < element.attributes.length; ++i) {
        const auto* attribute = static_cast<const GumboAttribute*>(element.attributes.data[i]);
        if (const auto known = attribute_of(*attribute)) values.set(*known, attribute->value);
    }
    collector.add(element.tag, values, {.svg = svg, .in_template = in_template});
}

// In document order, without recursion.
void walk(const GumboNode* root, Collector& collector) {
    struct Level {
        const GumboElement* element;
        unsigned int next;
        bool in_template;
    };
    std::vector<Level> levels{{&root->v.element, 0, false}};
    while (!levels.empty()) {
        Level& level = levels.back();
        if (level.next == level.element->children.length) {
            levels.pop_back();
            continue;
        }
        const auto* node =
            static_cast<const GumboNode*>(level.element->children.data[level.next++]);
        if (node->type != GUMBO_NODE_ELEMENT && node->type != GUMBO_NODE_TEMPLATE) continue;
        collect(node->v.element, level.in_template, collector);
        const bool in_template = level.in_template || node->type == GUMBO_NODE_TEMPLATE;
        levels.push_back({&node->v.element, 0, in_template});
    }
}

// Nothing where the guard refuses the page, and beyond `bytes_max`.
std::optional<PageLinks> parse_links(std::string_view utf8, const LinkQuery& query,
                                     size_t bytes_max) {
    if (utf8.size() > bytes_max) return std::nullopt;
    GuardedArena arena(arena_bytes(utf8.size()));
    const GumboOutput* tree = arena.parse(utf8.data(), utf8.size());
    if (tree == nullptr) return std::nullopt;
    PageLinks page;
    page.scanner_used = false;
    Collector collector(query, page);
    walk(tree->root, collector);
    return page;
}

// What one of two readings of a page lacks.
void add_missing(PageLinks& page, PageLinks&& other, size_t links_max) {
    const std::set<PageLink> known(page.links.begin(), page.links.end());
    auto language = other.languages.begin();
    for (size_t i = 0; i < other.links.size(); ++i) {
        const bool has_language = language != other.languages.end() && language->link == i;
        if (has_language) ++language;
        if (known.contains(other.links[i])) continue;
        if (page.links.size() >= links_max) {
            ++page.links_dropped;
            continue;
        }
        if (has_language)
            page.languages.push_back({.link = page.links.size(), .tag = std::prev(language)->tag});
        page.links.push_back(std::move(other.links[i]));
    }
}

}  // namespace

PageLinks tree_links(std::string_view utf8, const LinkQuery& query, size_t bytes_max) {
    auto page = parse_links(utf8, query, bytes_max);
    return page ? *std::move(page) : scan_links(utf8, query);
}

PageLinks find_links(std::string_view utf8, const LinkQuery& query) {
    if (query.options.parser == HtmlParser::gumbo) return tree_links(utf8, query);
    PageLinks scanned = scan_links(utf8, query);
    if (!scanned.guessed || query.options.parser == HtmlParser::scanner) return scanned;
    auto page = parse_links(utf8, query, kTreeBytesMax);
    if (!page) return scanned;
    add_missing(*page, std::move(scanned), query.options.links_max);
    return *std::move(page);
}

}  // namespace crawld
