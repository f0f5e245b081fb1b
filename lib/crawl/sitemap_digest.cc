#include "crawl/sitemap_digest.h"

#include <utility>

#include "crawl/url_collector.h"
#include "sitemap/sitemap.h"
#include "url/canonical_rules.h"

namespace crawld {

namespace {

// Lists compress far better than pages: a bomb is told by its size alone.
constexpr uint32_t kRatioMax = 2'000;

class Listed : public SitemapSink {
  public:
    Listed(const DigestRequest& request, PageFacts& facts)
        : request_(request),
          facts_(facts),
          collector_(request, facts),
          resolver_(Url::parse(request.url.href()).value()) {
        resolver_.url_bytes_max = request.options->limits.url_bytes;
        resolver_.rules = request.canonical.get();
    }

    void on_entry(const SitemapEntry& entry) override {
        if (facts_.urls.size() >= kListedMax) return;
        const bool embed = entry.kind == SitemapKind::image || entry.kind == SitemapKind::video;
        if (embed && !request_.options->html.embeds) return;
        auto url = resolver_.resolve(entry.loc);
        if (!url) return;
        if (embed)
            collector_.add(*std::move(url), Priority::embed, Discovery::embed, 1);
        else if (entry.kind != SitemapKind::sitemap)
            collector_.add(*std::move(url), Priority::link, Discovery::link, 1);
        else if (request_.depth < kSitemapDepthMax)
            collector_.add(*std::move(url), Priority::link, Discovery::manifest,
                           request_.depth + 1);
    }

  private:
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

}  // namespace

PageFacts digest_sitemap(DigestRequest request) {
    PageFacts facts;
    DecodeLimits limits;
    limits.bytes_max = SitemapLimits{}.bytes_max;
    limits.ratio_max = kRatioMax;
    const Decoded decoded = decode_facts(request, limits, facts);
    Listed listed(request, facts);
    SitemapReader reader(listed, request.content_type);
    reader.put(decoded.bytes);
    const SitemapResult result = reader.finish();
    facts.parser = to_string(result.format);
    facts.links_found = result.urls + result.others;
    if (facts.detail.empty()) facts.detail = defect_of(result);
    return facts;
}

}  // namespace crawld
