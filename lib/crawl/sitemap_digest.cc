#include "crawl/sitemap_digest.h"

#include <utility>

#include "crawl/url_collector.h"
#include "sitemap/sitemap.h"
#include "url/canonical_rules.h"

namespace crawld {

namespace {

// Lists compress far better than pages: a bomb is told by its size alone.
constexpr uint32_t kRatioMax = 2'000;

constexpr double kImportant = 0.8;
constexpr double kUnimportant = 0.2;

Priority level_of(double priority) {
    if (priority >= kImportant) return Priority::seed;
    return priority <= kUnimportant ? Priority::embed : Priority::link;
}

class Listed : public SitemapSink {
  public:
    Listed(const DigestRequest& request, PageFacts& facts)
        : request_(request),
          facts_(facts),
          collector_(request, facts,
                     request.named_sitemap ? kListedMax : request.options->html.links_max),
          resolver_(Url::parse(request.url.href()).value()) {
        resolver_.url_bytes_max = request.options->limits.url_bytes;
        resolver_.rules = request.canonical.get();
    }

    void on_entry(const SitemapEntry& entry) override {
        if (facts_.urls.size() >= kListedMax) return;
        const bool embed = entry.kind == SitemapKind::image || entry.kind == SitemapKind::video;
        if (embed && !request_.options->html.embeds) return;
        if (collector_.left_out_as_full()) return;
        auto url = resolver_.resolve(entry.loc);
        if (!url) return;
        if (embed)
            collector_.add(*std::move(url), Priority::embed, Discovery::embed, 1);
        else if (entry.kind != SitemapKind::sitemap)
            add_page(*std::move(url), entry);
        else if (request_.depth < kSitemapDepthMax)
            collector_.add(*std::move(url), Priority::seed, Discovery::manifest,
                           request_.depth + 1);
    }

  private:
    // Often it is there already, as an alternate of another page.
    void add_page(CanonicalUrl page, const SitemapEntry& entry) {
        NewUrl* url = collector_.add(std::move(page), Priority::link, Discovery::link, 1);
        if (url == nullptr || url->discovery != Discovery::link) return;
        if (entry.lastmod) url->lastmod = *entry.lastmod;
        if (entry.priority) url->priority = level_of(*entry.priority);
    }

    const DigestRequest& request_;
    PageFacts& facts_;
    UrlCollector collector_;
    LinkResolver resolver_;
};

std::string defect_of(const SitemapResult& result) {
    if (result.outcome == SitemapOutcome::ok) return {};
    std::string text = "sitemap " + std::string(to_string(result.outcome));
    if (result.line != 0)
        text += " at " + std::to_string(result.line) + ":" + std::to_string(result.column);
    return result.detail.empty() ? text : text + ": " + result.detail;
}

// Enough to tell what a body is.
constexpr size_t kHeadBytes = 4'096;
constexpr std::string_view kGzipMagic = "\x1f\x8b";

std::string head_of(const DigestRequest& request) {
    std::string head;
    decode_in_pieces(request.body, request.content_encoding, {.bytes_max = kHeadBytes},
                     [&](std::string_view bytes) { head += bytes; });
    return head;
}

SitemapFormat format_of(const DigestRequest& request, std::string_view head) {
    struct : SitemapSink {
        void on_entry(const SitemapEntry&) override {}
    } nobody;
    // A gzip file may be much larger than its head.
    SitemapReader reader(nobody, request.url.href(), request.content_type,
                         {.bytes_max = 4 * kHeadBytes});
    reader.put(head);
    return reader.finish().format;
}

// Sitemaps of scripts are often sent as text/html.
bool is_page_after_all(const DigestRequest& request, std::string_view head) {
    if (!is_html(type_of(request, head))) return false;
    const SitemapFormat format = format_of(request, head);
    return format == SitemapFormat::html || format == SitemapFormat::unknown;
}

bool is_sitemap_after_all(const DigestRequest& request, std::string_view head) {
    const SitemapOptions& options = request.options->sitemaps;
    if (!options.robots && !options.well_known) return false;
    // Most bodies are neither, and cost no more than this look.
    const auto has = [&](std::string_view name) { return head.find(name) != head.npos; };
    if (!has("urlset") && !has("sitemapindex") && !head.starts_with(kGzipMagic)) return false;
    const SitemapFormat format = format_of(request, head);
    return format == SitemapFormat::urlset || format == SitemapFormat::index;
}

}  // namespace

PageFacts digest_sitemap(DigestRequest request) {
    PageFacts facts;
    DecodeLimits limits;
    limits.bytes_max = SitemapLimits{}.bytes_max;
    limits.ratio_max = kRatioMax;
    Listed listed(request, facts);
    SitemapReader reader(listed, request.url.href(), request.content_type);
    Fingerprinter digest;
    DecodeEnding ending = decode_in_pieces(request.body, request.content_encoding, limits,
                                           [&](std::string_view bytes) {
                                               digest.put(bytes);
                                               reader.put(bytes);
                                           });
    note_body(request, std::move(ending), digest.result(), facts);
    const SitemapResult result = reader.finish();
    facts.urls.shrink_to_fit();
    facts.parser = to_string(result.format);
    facts.links_found = result.urls + result.others;
    if (facts.detail.empty()) facts.detail = defect_of(result);
    return facts;
}

PageFacts digest_body(DigestRequest request) {
    if (!request.is_page) return digest_page(std::move(request));
    const std::string head = head_of(request);
    if (request.named_sitemap)
        return is_page_after_all(request, head) ? digest_page(std::move(request))
                                                : digest_sitemap(std::move(request));
    if (!is_sitemap_after_all(request, head)) return digest_page(std::move(request));
    request.depth = 0;  // of a sitemap: in indexes
    return digest_sitemap(std::move(request));
}

}  // namespace crawld
