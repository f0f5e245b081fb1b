// What a sitemap reads as: its entries, one line each, and its result.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sitemap/sitemap.h"

namespace crawld {

// "page http://a/ lastmod=2005-01-01T00:00:00.000000Z priority=0.8 changefreq=daily"
inline std::string to_line(const SitemapEntry& entry) {
    std::string line = std::string(enum_names(entry.kind)[static_cast<size_t>(entry.kind)]) + " " +
                       std::string(entry.loc);
    if (entry.lastmod) line += " lastmod=" + to_rfc3339(*entry.lastmod);
    if (entry.priority) line += " priority=" + std::to_string(*entry.priority).substr(0, 4);
    if (entry.changefreq)
        line += " changefreq=" +
                std::string(enum_names(*entry.changefreq)[static_cast<size_t>(*entry.changefreq)]);
    if (!entry.hreflang.empty()) line += " hreflang=" + std::string(entry.hreflang);
    return line;
}

class LineSink final : public SitemapSink {
  public:
    void on_entry(const SitemapEntry& entry) override { lines.push_back(to_line(entry)); }
    std::vector<std::string> lines;
};

struct Reading {
    std::vector<std::string> entries;
    SitemapResult result;

    std::string outcome() const {
        return std::string(enum_names(result.outcome)[static_cast<size_t>(result.outcome)]);
    }
    std::string format() const {
        return std::string(enum_names(result.format)[static_cast<size_t>(result.format)]);
    }
    std::string joined() const {
        std::string all;
        for (const std::string& entry : entries)
            all += entry + "\n";
        return all;
    }
};

struct HowToRead {
    std::string_view url = {};
    std::string_view content_type = {};
    SitemapLimits limits = {};
    size_t piece = SIZE_MAX;
};

inline Reading read_sitemap(std::string_view bytes, HowToRead how = {}) {
    LineSink sink;
    SitemapReader reader(sink, how.url, how.content_type, how.limits);
    while (!bytes.empty()) {
        const std::string piece(bytes.substr(0, how.piece));
        if (!reader.put(piece)) break;
        bytes.remove_prefix(piece.size());
    }
    Reading reading;
    reading.result = reader.finish();
    reading.entries = std::move(sink.lines);
    return reading;
}

// One <url> a loc, in a urlset.
inline std::string urlset_of(std::string_view inner) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
           "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">" +
           std::string(inner) + "</urlset>\n";
}

}  // namespace crawld
