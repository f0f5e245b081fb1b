#include "crawl/digest.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "crawl/page_notes.h"
#include "crawl/url_collector.h"
#include "decode/mime_sniff.h"
#include "decode/query_encoder.h"
#include "html/header_links.h"
#include "html/simhash.h"
#include "robots/robots.h"
#include "url/percent.h"

namespace crawld {

UrlKey KeyMaker::key(const CanonicalUrl& url) {
    if (url.host() != last_host_ || last_host_.empty()) {
        last_host_ = url.host();
        last_key_ = host_key(last_host_, suffixes_.registrable_domain(last_host_));
    }
    return url_key(url, last_key_);
}

std::optional<CanonicalUrl> redirect_target(const CanonicalUrl& from, std::string_view location,
                                            const CanonicalRules* rules) {
    // A Location with control bytes is an attempt to smuggle something, not an address.
    const auto is_control = [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    };
    if (location.empty() || std::any_of(location.begin(), location.end(), is_control))
        return std::nullopt;
    // What is beyond ASCII goes back byte for byte, as browsers do it: nobody says what text it is.
    constexpr ByteSet kBeyondAscii = ByteSet().with_range(0x80, 0xFF);
    std::string ascii;
    percent_encode(ascii, location, kBeyondAscii);
    const auto base = Url::parse(from.href());
    const auto target = Url::parse(ascii, base ? &*base : nullptr);
    if (!target) return std::nullopt;
    auto url = CanonicalUrl::from(*target);
    if (!url || !rules) return url;
    CanonicalUrl ruled = rules->apply(*url);
    return ruled == from ? url : std::move(ruled);
}

namespace {

constexpr std::string_view kRobotsHeader = "x-robots-tag";
constexpr std::string_view kLinkHeader = "link";
constexpr std::string_view kRefreshHeader = "refresh";
constexpr std::string_view kSniffHeader = "x-content-type-options";

// The type that counts. The log tells what was said, where that is another.
void note_type(const DigestRequest& request, std::string_view body, PageFacts& facts) {
    if (body.empty()) return;
    std::string type = type_of(request, body);
    if (type != facts.mime && facts.detail.empty())
        facts.detail = facts.mime.empty() ? "sent without a type" : "sent as " + facts.mime;
    facts.mime = std::move(type);
}

PageDirectives directives_of(const DigestRequest& request, const PageLinks& page) {
    // What is addressed to us counts in place of what is addressed to everybody.
    PageDirectives directives =
        parse_meta_robots(page.meta_product.empty() ? page.meta_robots : page.meta_product);
    directives.merge(header_directives(request.headers, request.product));
    return directives;
}

PageLinks header_links(const DigestRequest& request) {
    PageLinks found;
    for (const HttpHeader& header : request.headers) {
        if (iequals(header.name, kLinkHeader))
            add_link_header(header.value, request.options->html, found);
        else if (iequals(header.name, kRefreshHeader))
            add_refresh_header(header.value, found);
    }
    return found;
}

Url base_of(const CanonicalUrl& page, const std::string& base_href, QueryEncoder* encoder) {
    Url base = Url::parse(page.href()).value();
    if (base_href.empty()) return base;
    auto declared = Url::parse(base_href, &base, encoder);
    const bool usable = declared && !declared->opaque_path;
    return usable ? std::move(*declared) : std::move(base);
}

// Links of one base. Those of headers are relative to the response, those of the page to its base.
struct LinkSource {
    const PageLinks& page;
    LinkResolver resolver;
};

std::optional<CanonicalUrl> canonical_of(const LinkSource& source, const CanonicalUrl& page) {
    for (const PageLink& link : source.page.links) {
        if (link.kind != LinkKind::canonical) continue;
        auto url = source.resolver.resolve(link.href);
        if (url && url->href() != page.href()) return url;
        return std::nullopt;
    }
    return std::nullopt;
}

std::string alternates_of(const std::vector<LinkSource>& sources) {
    AlternatesNote note;
    for (const LinkSource& source : sources)
        for (const LinkLanguage& language : source.page.languages)
            note.add(language.tag, source.resolver.resolve(source.page.links[language.link].href));
    return note.text();
}

void add_links(const LinkSource& source, const DigestRequest& request, UrlCollector& collector) {
    for (const PageLink& link : source.page.links) {
        if (link.nofollow && request.options->html.nofollow) {
            collector.leave_out("nofollow");
            continue;
        }
        auto url = source.resolver.resolve(link.href);
        if (!url) continue;
        const bool embed = link.kind == LinkKind::embed;
        collector.add(*std::move(url), embed ? Priority::embed : Priority::link,
                      embed ? Discovery::embed : Discovery::link, request.depth + 1U);
    }
}

// A redirect is no step further away from the seed, and a chain of them has an end.
void redirect_to(CanonicalUrl canonical, const DigestRequest& request, UrlCollector& collector) {
    if (request.hops >= request.options->fetch.redirects_max)
        return collector.leave_out("fetch.redirects_max");
    NewUrl* const target =
        collector.add(std::move(canonical), Priority::urgent, Discovery::redirect, request.depth);
    if (target != nullptr) target->hops = static_cast<uint8_t>(request.hops + 1);
}

LinkResolver resolver_for(const DigestRequest& request, const std::string& base_href,
                          QueryEncoder* encoder) {
    LinkResolver resolver(base_of(request.url, base_href, encoder), encoder);
    resolver.url_bytes_max = request.options->limits.url_bytes;
    resolver.rules = request.canonical.get();
    return resolver;
}

void take_links(const DigestRequest& request, const PageLinks& page, PageFacts& facts) {
    const PageLinks of_headers = header_links(request);
    facts.links_found = of_headers.links.size() + page.links.size();
    if (page.links_dropped > 0)
        facts.detail = std::to_string(page.links_dropped) + " links beyond html.links_max left out";
    if (facts.links_found == 0) return;
    // The charset is the page's, not that of its headers.
    const auto encoder = make_query_encoder(facts.charset);
    std::vector<LinkSource> sources;
    if (!of_headers.links.empty())
        sources.push_back({of_headers, resolver_for(request, {}, nullptr)});
    if (!page.links.empty())
        sources.push_back({page, resolver_for(request, page.base_href, encoder.get())});
    std::optional<CanonicalUrl> canonical;
    for (const LinkSource& source : sources)
        if (!canonical) canonical = canonical_of(source, request.url);
    if (canonical) facts.canonical = canonical->href();
    facts.alternates = alternates_of(sources);
    if (facts.nofollow) return;
    UrlCollector collector(request, facts, request.options->html.links_max);
    if (canonical && request.options->html.canonical_redirects)
        return redirect_to(std::move(*canonical), request, collector);
    for (const LinkSource& source : sources)
        add_links(source, request, collector);
    facts.urls.shrink_to_fit();
}

}  // namespace

std::vector<HttpHeader> take_page_headers(const std::vector<HttpHeader>& headers) {
    const auto wanted = [](const HttpHeader& header) {
        for (const std::string_view name :
             {kRobotsHeader, kLinkHeader, kRefreshHeader, kSniffHeader})
            if (iequals(header.name, name)) return true;
        return is_usage_header(header.name);
    };
    std::vector<HttpHeader> kept;
    std::copy_if(headers.begin(), headers.end(), std::back_inserter(kept), wanted);
    return kept;
}

std::string type_of(const DigestRequest& request, std::string_view body) {
    const bool no_sniff =
        std::any_of(request.headers.begin(), request.headers.end(), [](const HttpHeader& header) {
            return iequals(header.name, kSniffHeader) && iequals(trim(header.value), "nosniff");
        });
    return sniff_mime(request.content_type, body, no_sniff);
}

bool is_html(std::string_view mime) {
    return mime == "text/html" || mime == "application/xhtml+xml";
}

void note_body(const DigestRequest& request, DecodeEnding ending, const Fingerprint128& digest,
               PageFacts& facts) {
    facts.mime = mime_essence(request.content_type);
    facts.detail = std::move(ending.detail);
    facts.verdict = ending.verdict;
    facts.bytes_body = ending.bytes;
    facts.digest = "xxh128:" + to_hex(digest);
    if (ending.bytes > 0) facts.content = std::max<uint64_t>(digest.low, 1);
}

PageDirectives header_directives(const std::vector<HttpHeader>& headers, std::string_view product) {
    PageDirectives directives;
    for (const HttpHeader& header : headers)
        if (iequals(header.name, kRobotsHeader))
            directives.merge(parse_x_robots_tag(header.value, product));
    return directives;
}

PageFacts digest_page(DigestRequest request) {
    PageFacts facts;
    DecodeLimits limits;
    limits.bytes_max = request.options->fetch.body_max.bytes;
    Decoded decoded = decode_body(std::move(request.body), request.content_encoding, limits);
    note_body(request, {decoded.verdict, decoded.detail, decoded.bytes.size()},
              fingerprint128(decoded.bytes), facts);
    note_type(request, decoded.bytes, facts);
    Utf8Text text;
    if (is_html(facts.mime) && !decoded.bytes.empty()) {
        text = to_utf8(std::move(decoded.bytes), request.content_type);
        facts.charset = text.charset;
        facts.simhash = simhash(text.text);
        if (request.summarize) facts.summary = page_summary(text.text);
    }
    if (!request.is_page) return facts;
    PageLinks page;
    if (!text.text.empty()) {
        page =
            find_links(text.text, {.options = request.options->html, .product = request.product});
        facts.parser = page.scanner_used ? "scanner" : "gumbo";
    }
    facts.usage = usage_note(request.headers, page.meta_usage);
    facts.directives = directives_of(request, page);
    facts.nofollow = facts.directives.nofollow && request.options->html.nofollow;
    take_links(request, page, facts);
    return facts;
}

}  // namespace crawld
