// Sitemap: what a site lists of its URLs, from any of the files in which sites do that.
//
// How things move in this folder. The bytes of a file come in pieces. If they begin like gzip they
// go through decode/'s inflater. They are collected into blocks of kBlockBytes; a block becomes
// UTF-8 that XML allows (utf8_blocks.h). The first character that is no white space says which
// reader has it: '<' the markup reader (xml_reader.h), anything else the line reader (lines.h).
// Markup is repaired, and kept from having a DTD, before expat sees it (markup_filter.h); expat's
// elements become entries (elements.h), their dates times (dates.h). Entries are counted
// (entries.h) and handed to the sink one by one. What does not fit a bound ends the file, and
// everything that was found until then has been handed out.
//
// Accepted, as crawlers of the field do:
//   urlset, sitemapindex  any prefix, any namespace or none; a <url> in an index and a <sitemap> in
//                         a urlset; a URL as bare text of either; several <loc> in one of them,
//                         each an entry; elements inside of <loc>; an unknown element around all
//   extensions            image:loc and video:thumbnail_loc (image), video:content_loc,
//                         video:content_segment_loc and video:player_loc (video), xhtml:link
//                         rel=alternate (alternate); news:publication_date is the lastmod of an
//                         entry that has no other
//   RSS 0.9x, 1.0, 2      an item's link, or else its guid if that is an http(s) URL; pubDate or
//                         dc:date; enclosure, media:content, media:thumbnail of type image or video
//   Atom 0.3, 1.0         an entry's first alternate link is the page, further ones alternates;
//                         updated, or else published
//   both                  links are resolved where an xml:base is around them; relative ones whose
//                         base cannot be used are left out and counted (xml_base.h)
//   plain text            one URL a line; what does not begin with http:// or https:// is left out
// White space, byte order marks and comments may stand before the XML declaration, which may be
// missing. NULs and other characters that XML forbids are left out, bytes that are not of the
// encoding are U+FFFD. An '&' that begins none of XML's references is an '&': "?a=1&b=2" is what it
// says, and HTML's "&eacute;" is text. The encoding is told by the byte order mark, the header, the
// XML declaration, else it is UTF-8; ISO-2022-JP is read as UTF-8.
//
// Refused: document types of any kind, so that there are no entities to expand and nothing to load.
// A <loc> whose end is missing is not handed out: a cut URL is another URL. The link of a feed
// itself is not an entry, nor is a link of an Atom entry that is neither alternate nor enclosure.
//
// Whether a sitemap may list URLs of other hosts, and how deep an index goes, is the caller's rule.
//
// Owns:   one block, the parser's state (at most kParserBytesMax) and the entry at hand.
// Bound:  SitemapLimits; an element nested deeper than kDepthMax, a tag longer than kTagBytesMax or
//         a parser that wants more memory or work (xml_reader.h) ends the file; a text longer than
//         kLocBytesMax loses its entry.
// Thread: any, one at a time.
// Errors: SitemapOutcome; never fatal.
// Cost:   linear. A urlset takes 1.7 times what expat alone takes (130 MB/s, 0.1 s for 50,000
//         URLs), text 700 MB/s; the slowest that was found is ampersands, 25 MB/s.
// Source: sitemaps.org/protocol.html; Google's sitemap extensions; RSS 0.91, 1.0, 2.0; Media RSS;
//         RFC 4287 (Atom); what crawler-commons' SiteMapParser accepts.
// Test:   tests/unit/sitemap/, tests/conformance/sitemap/
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "sitemap/options.h"

namespace crawld {

enum class SitemapKind : uint8_t {
    page,
    sitemap,    // another file to read: this one is an index
    image,      // belongs to the page around it
    video,      // the same
    alternate,  // the page around it in another language or form
};
constexpr std::array<std::string_view, 5> enum_names(SitemapKind) {
    return {"page", "sitemap", "image", "video", "alternate"};
}

enum class ChangeFrequency : uint8_t { always, hourly, daily, weekly, monthly, yearly, never };
constexpr std::array<std::string_view, 7> enum_names(ChangeFrequency) {
    return {"always", "hourly", "daily", "weekly", "monthly", "yearly", "never"};
}

// Views die with the call that they are handed to. What belongs to a page comes before it.
struct SitemapEntry {
    SitemapKind kind = SitemapKind::page;
    // As written, references decoded, no white space around it, not empty: relative to the file, if
    // it is relative. What is relative to an xml:base of a feed is resolved.
    std::string_view loc;
    std::optional<WallTime> lastmod{};
    std::optional<double> priority{};  // 0 to 1
    std::optional<ChangeFrequency> changefreq{};
    std::string_view hreflang{};  // of an alternate, may be empty
};

class SitemapSink {
  public:
    virtual ~SitemapSink() = default;
    virtual void on_entry(const SitemapEntry& entry) = 0;
};

enum class SitemapFormat : uint8_t { unknown, urlset, index, rss, atom, text, html };
constexpr std::array<std::string_view, 7> enum_names(SitemapFormat) {
    return {"unknown", "urlset", "index", "rss", "atom", "text", "html"};
}

enum class SitemapOutcome : uint8_t {
    ok,
    truncated,    // bytes_max or urls_max was reached
    not_sitemap,  // something else; `format` is html where it is that
    malformed,    // broken, at `line` and `column` where it is broken markup
    dtd_refused,
};
constexpr std::array<std::string_view, 5> enum_names(SitemapOutcome) {
    return {"ok", "truncated", "not_sitemap", "malformed", "dtd_refused"};
}

struct SitemapLimits {
    uint64_t bytes_max = kSitemapBytesMax;  // decoded
    uint64_t urls_max = 50'000;  // pages and sitemaps; other kinds are bounded by bytes_max
};

struct SitemapResult {
    SitemapOutcome outcome = SitemapOutcome::ok;
    SitemapFormat format = SitemapFormat::unknown;
    std::string detail{};  // what is wrong, for the log; empty if nothing is
    uint64_t line = 0;     // 1-based, 0 if unknown
    uint64_t column = 0;   // 1-based, in UTF-8; behind a repair on its line it may be a few off
    uint64_t bytes = 0;    // decoded and read
    uint64_t urls = 0;     // entries handed out: pages and sitemaps
    uint64_t others = 0;   // images, videos, alternates
    uint64_t skipped = 0;  // entries and lines that had no usable URL
};

inline constexpr size_t kBlockBytes = 32 * 1024;
inline constexpr size_t kLocBytesMax = 8 * 1024;
inline constexpr size_t kTagBytesMax = 256 * 1024;
inline constexpr size_t kParserBytesMax = 8 << 20;
inline constexpr size_t kDepthMax = 256;

class SitemapReader {
  public:
    // The sink has to outlive this. `url` is the file's: an xml:base may be relative to it. Of
    // `content_type`, the header's value, the charset counts.
    explicit SitemapReader(SitemapSink& sink, std::string_view url = {},
                           std::string_view content_type = {}, SitemapLimits limits = {});
    ~SitemapReader();
    SitemapReader(const SitemapReader&) = delete;
    SitemapReader& operator=(const SitemapReader&) = delete;

    // The next bytes, without content coding, or of a gzip file. False: the rest makes no
    // difference.
    bool put(std::string_view bytes);
    // The file ends here. Once, last.
    SitemapResult finish();

  private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace crawld
