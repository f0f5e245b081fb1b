#include "html/collect.h"

#include "base/text.h"
#include "html/link_types.h"
#include "html/microsyntax.h"

namespace crawld {
namespace {

void append_content(std::string& list, std::string_view content) {
    if (content.empty()) return;
    if (!list.empty()) list += ',';
    list += content;
}

void append_usage(std::string& list, std::string_view name, std::string_view content) {
    if (!list.empty()) list += "; ";
    list.append("meta ").append(name).append(": ").append(content);
}

}  // namespace

void Collector::add_link(std::string_view href, LinkKind kind, bool nofollow) {
    if (page_.links.size() >= query_.options.links_max) {
        ++page_.links_dropped;
        return;
    }
    page_.links.push_back({std::string(trim(href)), kind, nofollow});
}

void Collector::add_anchor(const AttributeValues& values, Attribute url) {
    if (!values.has(url)) return;
    const std::string_view rel = values.get(Attribute::rel);
    add_link(values.get(url), LinkKind::anchor,
             !rel.empty() && read_link_types(rel, query_.options).nofollow);
}

void Collector::add_embed(const AttributeValues& values, Attribute url) {
    if (!query_.options.embeds) return;
    // An empty src asks for nothing (4.8.3), while an empty href is the page itself.
    if (!trim(values.get(url)).empty()) add_link(values.get(url), LinkKind::embed);
    for_each_srcset_url(values.get(Attribute::srcset), [this](std::string_view candidate) {
        add_link(candidate, LinkKind::embed);
    });
}

void Collector::add_link_element(const AttributeValues& values) {
    const LinkTypes types = read_link_types(values.get(Attribute::rel), query_.options);
    if (!types.kind || trim(values.get(Attribute::href)).empty()) return;
    if (*types.kind == LinkKind::embed && !query_.options.embeds) return;
    const size_t index = page_.links.size();
    add_link(values.get(Attribute::href), *types.kind, types.nofollow);
    if (*types.kind != LinkKind::alternate || page_.links.size() == index) return;
    const std::string_view tag = language_tag(values.get(Attribute::hreflang));
    if (!tag.empty()) page_.languages.push_back({index, std::string(tag)});
}

void Collector::add_meta(const AttributeValues& values) {
    const std::string_view content = trim(values.get(Attribute::content));
    if (iequals(values.get(Attribute::http_equiv), "refresh")) {
        const auto url = refresh_url(content);
        if (url && !trim(*url).empty()) add_link(*url, LinkKind::refresh);
    }
    const std::string_view name = trim(values.get(Attribute::name));
    if (iequals(name, "robots"))
        append_content(page_.meta_robots, content);
    else if (!query_.product.empty() && iequals(name, query_.product))
        append_content(page_.meta_product, content);
    for (const std::string_view usage : {"tdm-reservation", "tdm-policy"})
        if (iequals(name, usage)) append_usage(page_.meta_usage, usage, content);
}

void Collector::add(GumboTag tag, const AttributeValues& values, TagPlace place) {
    if (place.svg) {
        // SVG 2, 16.4: href wins over xlink:href.
        const bool plain = values.has(Attribute::href);
        if (tag == GUMBO_TAG_A) add_anchor(values, plain ? Attribute::href : Attribute::xlink_href);
        return;
    }
    if (tag == GUMBO_TAG_A || tag == GUMBO_TAG_AREA) {
        add_anchor(values, Attribute::href);
    } else if (tag == GUMBO_TAG_FRAME || tag == GUMBO_TAG_IFRAME) {
        if (!trim(values.get(Attribute::src)).empty())
            add_link(values.get(Attribute::src), LinkKind::frame);
    } else if (tag == GUMBO_TAG_LINK) {
        add_link_element(values);
    } else if (tag == GUMBO_TAG_IMG || tag == GUMBO_TAG_IMAGE || tag == GUMBO_TAG_SOURCE ||
               tag == GUMBO_TAG_SCRIPT) {
        add_embed(values, Attribute::src);
    } else if (tag == GUMBO_TAG_META && !place.in_template) {
        add_meta(values);
    } else if (tag == GUMBO_TAG_BASE && !place.in_template) {
        // 4.2.3: the first base with a href counts, even if that is empty.
        if (!values.has(Attribute::href) || has_base_) return;
        has_base_ = true;
        page_.base_href = trim(values.get(Attribute::href));
    }
}

Collector::Mark Collector::mark() const {
    return {.links = page_.links.size(),
            .languages = page_.languages.size(),
            .links_dropped = page_.links_dropped,
            .meta_robots = page_.meta_robots.size(),
            .meta_product = page_.meta_product.size(),
            .meta_usage = page_.meta_usage.size(),
            .has_base = has_base_};
}

void Collector::rewind(const Mark& mark) {
    page_.links.resize(mark.links);
    page_.languages.resize(mark.languages);
    page_.links_dropped = mark.links_dropped;
    page_.meta_robots.resize(mark.meta_robots);
    page_.meta_product.resize(mark.meta_product);
    page_.meta_usage.resize(mark.meta_usage);
    if (!mark.has_base) page_.base_href.clear();
    has_base_ = mark.has_base;
}

}  // namespace crawld
