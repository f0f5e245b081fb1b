#include "sitemap/elements.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text.h"
#include "sitemap/dates.h"
#include "sitemap/lines.h"

namespace crawld {
namespace {

constexpr size_t kRootNameMax = 64;

std::string_view attribute(const char* const* attributes, std::string_view name) {
    for (; attributes[0] != nullptr; attributes += 2)
        if (attributes[0] == name) return attributes[1];
    return {};
}

// rel is a list of words in any case; without one it is "alternate" (RFC 4287 4.2.7.2).
bool has_rel(std::string_view rel, std::string_view word) {
    const auto words = split(rel, ' ');
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view w) { return iequals(trim(w), word); });
}

std::optional<double> parse_priority(std::string_view text) {
    double value = -1;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
    const bool number = error == std::errc() && stop == end && value >= 0 && value <= 1;
    return number ? std::optional(value) : std::nullopt;
}

std::optional<ChangeFrequency> parse_changefreq(std::string_view text) {
    const auto names = enum_names(ChangeFrequency{});
    for (size_t i = 0; i < names.size(); ++i)
        if (iequals(text, names[i])) return static_cast<ChangeFrequency>(i);
    return std::nullopt;
}

// Of an enclosure or media:content; its medium or MIME type says what it is.
std::optional<SitemapKind> media_kind(std::string_view medium, std::string_view type) {
    if (iequals(medium, "image") || istarts_with(type, "image/")) return SitemapKind::image;
    if (iequals(medium, "video") || istarts_with(type, "video/")) return SitemapKind::video;
    return std::nullopt;
}

SitemapFormat format_of_root(Tag tag) {
    if (tag == Tag::urlset) return SitemapFormat::urlset;
    if (tag == Tag::sitemapindex) return SitemapFormat::index;
    if (tag == Tag::rss) return SitemapFormat::rss;
    if (tag == Tag::feed) return SitemapFormat::atom;
    if (tag == Tag::html) return SitemapFormat::html;
    return SitemapFormat::unknown;
}

}  // namespace

void Elements::start(std::string_view name, const char* const* attributes) {
    if (ending_) return;
    const size_t colon = name.find(':');
    const bool prefixed = colon != std::string_view::npos;
    const std::string_view prefix = prefixed ? name.substr(0, colon) : std::string_view{};
    const std::string_view local = prefixed ? name.substr(colon + 1) : name;
    const Tag tag = tag_named(local);
    const Tag parent = open_.empty() ? Tag::other : open_.back();
    open_.push_back(tag);
    if (open_.size() > kDepthMax) {
        ending_ = {.outcome = SitemapOutcome::malformed,
                   .detail = "elements are nested deeper than " + std::to_string(kDepthMax)};
        return;
    }
    const std::string_view base = attribute(attributes, "xml:base");
    if (!base.empty()) base_.enter(open_.size(), base);
    if (format_ == SitemapFormat::unknown) return look_for_root(tag, local);
    if (field_ != Field::none) return;  // an element inside of a value: its text belongs to it
    if (is_item(tag))
        start_item();
    else if (item_depth_ != 0 && is_feed())
        start_in_feed(parent, tag, attributes);
    else if (item_depth_ != 0)
        start_in_sitemap(parent, tag, prefix, attributes);
}

void Elements::end() {
    if (ending_) return;
    open_.pop_back();
    if (open_.size() < field_depth_) store_value();
    base_.leave(open_.size());
    if (open_.size() < item_depth_) {
        finish_item();
        item_depth_ = 0;
    }
}

void Elements::text(std::string_view piece) {
    if (ending_) return;
    if (field_ != Field::none)
        value_.append(piece);
    else if (item_depth_ != 0 && open_.size() == item_depth_)
        bare_.append(piece);
}

void Elements::finish() {
    if (item_depth_ != 0 && !ending_) finish_item();
    item_depth_ = 0;
}

void Elements::end_as_html() {
    format_ = SitemapFormat::html;
    ending_ = {.outcome = SitemapOutcome::not_sitemap, .detail = "an HTML document"};
}

Ending Elements::no_sitemap() const {
    return {.outcome = SitemapOutcome::not_sitemap,
            .detail = "the root element is <" + root_name_ + ">"};
}

void Elements::look_for_root(Tag tag, std::string_view local) {
    if (root_name_.empty()) root_name_ = local.substr(0, kRootNameMax);
    format_ = format_of_root(tag);
    if (format_ == SitemapFormat::html)
        end_as_html();
    else if (format_ == SitemapFormat::unknown && ++elements_ == kRootSearchMax)
        ending_ = no_sitemap();
}

// An <image> of a channel has a <url>, and a <link>, which are about the feed and not items.
bool Elements::is_item(Tag tag) const {
    return is_feed() ? tag == Tag::item || tag == Tag::entry
                     : tag == Tag::url || tag == Tag::sitemap;
}

void Elements::start_item() {
    if (item_depth_ != 0) finish_item();  // its end is missing
    item_depth_ = open_.size();
    item_tag_ = open_.back();
    item_ = {};
    bare_.clear();
}

void Elements::finish_item() {
    if (item_.loc.empty() && is_http_url(bare_.text()) && !bare_.too_long())
        item_.loc = bare_.text();
    if (item_.loc.empty() && is_http_url(item_.guid)) item_.loc = item_.guid;
    emit_page();
}

void Elements::emit_page() {
    if (item_.loc.empty())
        entries_.skip();
    else
        entries_.add({.kind = item_tag_ == Tag::sitemap ? SitemapKind::sitemap : SitemapKind::page,
                      .loc = item_.loc,
                      .lastmod = item_.lastmod ? item_.lastmod : item_.published,
                      .priority = item_.priority,
                      .changefreq = item_.changefreq});
    item_ = {};
    bare_.clear();
    end_if_full();
}

void Elements::start_in_sitemap(Tag parent, Tag tag, std::string_view prefix,
                                const char* const* attributes) {
    const bool of_item = is_item(parent);
    // <image:loc> right inside of <url> is not the page's.
    const bool of_image = parent == Tag::image || prefix == "image";
    if (tag == Tag::loc && of_image)
        collect(Field::image);
    else if (tag == Tag::loc && of_item) {
        if (!item_.loc.empty()) emit_page();  // one item for several URLs
        collect(Field::loc);
    } else if (tag == Tag::lastmod && of_item)
        collect(Field::lastmod);
    else if (tag == Tag::changefreq && of_item)
        collect(Field::changefreq);
    else if (tag == Tag::priority && of_item)
        collect(Field::priority);
    else if (tag == Tag::publication_date && parent == Tag::news)
        collect(Field::published);
    else if (tag == Tag::video_loc && parent == Tag::video)
        collect(Field::video);
    else if (tag == Tag::thumbnail_loc && parent == Tag::video)
        collect(Field::image);
    else if (tag == Tag::link && has_rel(attribute(attributes, "rel"), "alternate"))
        add_resource(SitemapKind::alternate, attribute(attributes, "href"),
                     attribute(attributes, "hreflang"));
}

// An entry may hold the <source> that it was taken from, with a link and dates of its own.
void Elements::start_in_feed(Tag parent, Tag tag, const char* const* attributes) {
    take_media(tag, attributes);
    if (!is_item(parent)) return;
    if (tag == Tag::link && !attribute(attributes, "href").empty())
        take_atom_link(attributes);
    else if (tag == Tag::link && item_.loc.empty())
        collect(Field::loc);
    else if (tag == Tag::guid)
        collect(Field::guid);
    else if (tag == Tag::updated)
        collect(Field::lastmod);
    else if (tag == Tag::published)
        collect(Field::published);
}

void Elements::take_atom_link(const char* const* attributes) {
    const std::string_view rel = attribute(attributes, "rel");
    const std::string_view href = attribute(attributes, "href");
    if (has_rel(rel, "enclosure")) {
        const auto kind = media_kind({}, attribute(attributes, "type"));
        if (kind) add_resource(*kind, href);
    } else if (rel.empty() || has_rel(rel, "alternate")) {
        if (!item_.loc.empty())
            return add_resource(SitemapKind::alternate, href, attribute(attributes, "hreflang"));
        collect(Field::loc);
        value_.append(href);
        store_value();
    }
}

void Elements::take_media(Tag tag, const char* const* attributes) {
    if (tag != Tag::enclosure && tag != Tag::content && tag != Tag::thumbnail) return;
    const auto kind = tag == Tag::thumbnail ? SitemapKind::image
                                            : media_kind(attribute(attributes, "medium"),
                                                         attribute(attributes, "type"));
    if (kind) add_resource(*kind, attribute(attributes, "url"));
}

// Sitemaps have no base: their URLs are absolute.
std::optional<std::string> Elements::resolved(std::string_view loc) {
    return is_feed() ? base_.resolve(loc) : std::string(loc);
}

void Elements::add_resource(SitemapKind kind, std::string_view loc, std::string_view hreflang) {
    BoundedText text;
    text.append(loc);
    add_resource(kind, text, hreflang);
}

void Elements::add_resource(SitemapKind kind, const BoundedText& loc, std::string_view hreflang) {
    const auto url = loc.too_long() ? std::nullopt : resolved(loc.text());
    if (!url)
        entries_.skip();
    else if (!url->empty())
        entries_.add({.kind = kind, .loc = *url, .hreflang = hreflang});
}

void Elements::collect(Field field) {
    field_ = field;
    field_depth_ = open_.size();
    value_.clear();
}

void Elements::store_value() {
    const std::string_view text = value_.text();
    const bool usable = !value_.too_long();
    switch (std::exchange(field_, Field::none)) {
        case Field::none:
            break;
        case Field::loc:
            if (usable) item_.loc = resolved(text).value_or("");
            break;
        case Field::guid:
            if (usable) item_.guid = text;
            break;
        case Field::lastmod:
            item_.lastmod = parse_sitemap_date(text);
            break;
        case Field::published:
            item_.published = parse_sitemap_date(text);
            break;
        case Field::changefreq:
            item_.changefreq = parse_changefreq(text);
            break;
        case Field::priority:
            item_.priority = parse_priority(text);
            break;
        case Field::image:
            add_resource(SitemapKind::image, value_);
            break;
        case Field::video:
            add_resource(SitemapKind::video, value_);
            break;
    }
    field_depth_ = 0;
}

void Elements::end_if_full() {
    if (entries_.full())
        ending_ = {.outcome = SitemapOutcome::truncated, .detail = "more URLs than are read"};
}

}  // namespace crawld
