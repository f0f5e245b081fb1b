// Tag: the elements that sitemaps and feeds are made of, by their names without prefix.
//
// Cost: a binary search in about thirty names.
// Test: tests/unit/sitemap/
#pragma once

#include <cstdint>
#include <string_view>

namespace crawld {

enum class Tag : uint8_t {
    other,
    // Roots.
    urlset,
    sitemapindex,
    rss,  // and rdf:RDF, and a channel on its own
    feed,
    html,
    // Items.
    url,
    sitemap,
    item,
    entry,
    // What items hold.
    loc,
    lastmod,
    changefreq,
    priority,
    image,
    video,
    news,
    video_loc,
    thumbnail_loc,
    publication_date,
    link,
    guid,
    updated,
    published,
    enclosure,
    content,
    thumbnail,
};

Tag tag_named(std::string_view local_name);

}  // namespace crawld
