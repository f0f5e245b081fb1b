#include "crawl/digest.h"

#include <algorithm>
#include <unordered_set>

#include "base/fingerprint.h"
#include "base/text.h"
#include "robots/robots.h"

namespace crawld {

UrlKey KeyMaker::key(const CanonicalUrl& url) {
    if (url.host() != last_host_ || last_host_.empty()) {
        last_host_ = url.host();
        last_key_ = host_key(last_host_, suffixes_.registrable_domain(last_host_));
    }
    return url_key(url, last_key_);
}

std::optional<CanonicalUrl> redirect_target(const CanonicalUrl& from, std::string_view location) {
    // A Location with control bytes is an attempt to smuggle something, not an address.
    const auto is_control = [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    };
    if (location.empty() || std::any_of(location.begin(), location.end(), is_control))
        return std::nullopt;
    const auto base = Url::parse(from.href());
    const auto target = Url::parse(location, base ? &*base : nullptr);
    if (!target) return std::nullopt;
    return CanonicalUrl::from(*target);
}

namespace {

bool is_html(std::string_view mime) {
    return mime == "text/html" || mime == "application/xhtml+xml";
}

// A response without a Content-Type is HTML if it looks like it.
bool looks_like_html(std::string_view body) {
    const std::string_view start = trim(body.substr(0, 512));
    for (std::string_view sign : {"<!doctype html", "<html", "<head", "<body", "<!--"})
        if (istarts_with(start, sign)) return true;
    return false;
}

PageDirectives header_directives(const DigestRequest& request) {
    PageDirectives directives;
    for (const std::string& value : request.x_robots_tags)
        directives.merge(parse_x_robots_tag(value, request.product));
    return directives;
}

PageDirectives page_directives(const PageLinks& links) {
    // What is addressed to us counts in place of what is addressed to everybody.
    return parse_meta_robots(links.meta_product.empty() ? links.meta_robots : links.meta_product);
}

Url base_of(const CanonicalUrl& page, const std::string& base_href) {
    Url base = Url::parse(page.href()).value();
    if (base_href.empty()) return base;
    auto declared = Url::parse(base_href, &base);
    const bool usable = declared && !declared->opaque_path;
    return usable ? std::move(*declared) : std::move(base);
}

class UrlCollector {
  public:
    UrlCollector(const DigestRequest& request, PageFacts& facts)
        : request_(request), facts_(facts), keys_(*request.suffixes) {}

    void add(const PageLink& link, const LinkResolver& resolver) {
        if (link.nofollow && request_.options->html.nofollow) return;
        auto url = resolver.resolve(link.href);
        if (!url) return;
        const UrlKey key = keys_.key(*url);
        if (!seen_.insert(key.url).second) return;
        const bool too_deep =
            request_.options->limits.depth != 0 && request_.depth >= request_.options->limits.depth;
        if (too_deep || !request_.scope->check(*url).empty()) {
            ++facts_.out_of_scope;
            return;
        }
        const bool embed = link.kind == LinkKind::embed;
        facts_.urls.push_back({.url = std::move(*url),
                               .key = key,
                               .priority = embed ? Priority::embed : Priority::link,
                               .discovery = embed ? Discovery::embed : Discovery::link,
                               .depth = static_cast<uint16_t>(request_.depth + 1),
                               .hops = 0});
    }

  private:
    const DigestRequest& request_;
    PageFacts& facts_;
    KeyMaker keys_;
    std::unordered_set<uint64_t> seen_;
};

void find_urls(const DigestRequest& request, std::string_view text, PageFacts& facts) {
    const PageLinks links =
        find_links(text, {.options = request.options->html, .product = request.product});
    facts.parser = links.scanner_used ? "scanner" : "gumbo";
    facts.links_found = links.links.size();
    if (links.links_dropped > 0)
        facts.detail =
            std::to_string(links.links_dropped) + " links beyond html.links_max left out";
    PageDirectives directives = header_directives(request);
    directives.merge(page_directives(links));
    facts.nofollow = directives.nofollow && request.options->html.nofollow;
    if (facts.nofollow) return;
    LinkResolver resolver(base_of(request.url, links.base_href));
    resolver.url_bytes_max = request.options->limits.url_bytes;
    UrlCollector collector(request, facts);
    facts.urls.reserve(links.links.size());
    for (const PageLink& link : links.links)
        collector.add(link, resolver);
}

}  // namespace

PageFacts digest_page(DigestRequest request) {
    PageFacts facts;
    facts.mime = mime_essence(request.content_type);
    DecodeLimits limits;
    limits.bytes_max = request.options->fetch.body_max.bytes;
    Decoded decoded = decode_body(std::move(request.body), request.content_encoding, limits);
    facts.detail = std::move(decoded.detail);
    facts.verdict = decoded.verdict;
    facts.bytes_body = decoded.bytes.size();
    facts.digest = "xxh128:" + to_hex(fingerprint128(decoded.bytes));
    const bool html = facts.mime.empty() ? looks_like_html(decoded.bytes) : is_html(facts.mime);
    if (!html || decoded.bytes.empty()) return facts;
    const Utf8Text text = to_utf8(std::move(decoded.bytes), request.content_type);
    facts.charset = text.charset;
    find_urls(request, text.text, facts);
    return facts;
}

}  // namespace crawld
