// Elements: the elements of a sitemap or feed, as they open and close, to entries.
//
// Names are taken without their prefix; which <loc> is whose is told by the element around it. So a
// namespace makes no difference, declared or not. The first element that is known as a root tells
// the format; inside, an item is a <url>, <sitemap>, <item> or <entry>, and at its end its fields
// are an entry. One value is collected at a time: from its element's start to its end.
//
// Bound: kDepthMax, kLocBytesMax; a root has to be among the first kRootSearchMax elements.
// Test:  tests/unit/sitemap/urlset_test.cc, tests/unit/sitemap/feeds_test.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sitemap/bounded_text.h"
#include "sitemap/entries.h"
#include "sitemap/tag.h"
#include "sitemap/text_reader.h"
#include "sitemap/xml_base.h"

namespace crawld {

inline constexpr size_t kRootSearchMax = 16;

class Elements {
  public:
    // Relative bases of a feed are relative to `file_url`, which may be empty.
    Elements(Entries& entries, std::string_view file_url) : entries_(entries), base_(file_url) {}

    // `attributes` are pairs of name and value, with a nullptr behind the last, as expat has them.
    void start(std::string_view name, const char* const* attributes);
    void end();
    void text(std::string_view piece);
    // Nothing comes any more: the item under way is handed out if its URL is complete.
    void finish();

    // Why the rest makes no difference.
    const std::optional<Ending>& ending() const { return ending_; }
    SitemapFormat format() const { return format_; }
    void end_as_html();
    // The ending of a file whose format is unknown to its end.
    Ending no_sitemap() const;

  private:
    // Where the value that is being collected goes.
    enum class Field : uint8_t {
        none,
        loc,
        guid,
        lastmod,
        published,
        changefreq,
        priority,
        image,
        video
    };
    struct Item {
        std::string loc{};
        std::string guid{};
        std::optional<WallTime> lastmod{};
        std::optional<WallTime> published{};
        std::optional<double> priority{};
        std::optional<ChangeFrequency> changefreq{};
    };

    void look_for_root(Tag tag, std::string_view local);
    bool is_feed() const { return format_ == SitemapFormat::rss || format_ == SitemapFormat::atom; }
    bool is_item(Tag tag) const;
    void start_item();
    void finish_item();
    void emit_page();
    void start_in_sitemap(Tag parent, Tag tag, std::string_view prefix,
                          const char* const* attributes);
    void start_in_feed(Tag parent, Tag tag, const char* const* attributes);
    void take_atom_link(const char* const* attributes);
    void take_media(Tag tag, const char* const* attributes);
    std::optional<std::string> resolved(std::string_view loc);
    void add_resource(SitemapKind kind, std::string_view loc, std::string_view hreflang = {});
    void add_resource(SitemapKind kind, const BoundedText& loc, std::string_view hreflang = {});
    void collect(Field field);
    void store_value();
    void end_if_full();

    Entries& entries_;
    SitemapFormat format_ = SitemapFormat::unknown;
    std::optional<Ending> ending_;
    size_t elements_ = 0;
    std::string root_name_;

    std::vector<Tag> open_;
    XmlBase base_;
    size_t item_depth_ = 0;  // of the item under way, 0: none
    Tag item_tag_ = Tag::other;
    Item item_;
    BoundedText bare_;  // text of the item itself

    Field field_ = Field::none;
    size_t field_depth_ = 0;
    BoundedText value_;
};

}  // namespace crawld
