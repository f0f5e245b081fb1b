#include "sitemap/tag.h"

#include <algorithm>
#include <array>

namespace crawld {
namespace {

struct Name {
    std::string_view text;
    Tag tag;
};
constexpr std::array<Name, 35> kNames{{
    {"HTML", Tag::html},
    {"RDF", Tag::rss},
    {"changefreq", Tag::changefreq},
    {"channel", Tag::rss},
    {"content", Tag::content},
    {"content_loc", Tag::video_loc},
    {"content_segment_loc", Tag::video_loc},
    {"date", Tag::published},
    {"enclosure", Tag::enclosure},
    {"entry", Tag::entry},
    {"feed", Tag::feed},
    {"guid", Tag::guid},
    {"html", Tag::html},
    {"image", Tag::image},
    {"issued", Tag::published},
    {"item", Tag::item},
    {"lastmod", Tag::lastmod},
    {"link", Tag::link},
    {"loc", Tag::loc},
    {"modified", Tag::updated},
    {"news", Tag::news},
    {"player_loc", Tag::video_loc},
    {"priority", Tag::priority},
    {"pubDate", Tag::published},
    {"publication_date", Tag::publication_date},
    {"published", Tag::published},
    {"rss", Tag::rss},
    {"sitemap", Tag::sitemap},
    {"sitemapindex", Tag::sitemapindex},
    {"thumbnail", Tag::thumbnail},
    {"thumbnail_loc", Tag::thumbnail_loc},
    {"updated", Tag::updated},
    {"url", Tag::url},
    {"urlset", Tag::urlset},
    {"video", Tag::video},
}};

constexpr bool by_text(const Name& a, const Name& b) {
    return a.text < b.text;
}
static_assert(std::is_sorted(kNames.begin(), kNames.end(), by_text));

}  // namespace

Tag tag_named(std::string_view local_name) {
    const auto found =
        std::lower_bound(kNames.begin(), kNames.end(), Name{local_name, Tag::other}, by_text);
    return found != kNames.end() && found->text == local_name ? found->tag : Tag::other;
}

}  // namespace crawld
