// Digest: what a page says: decoding, charset, links, directives and fingerprint. Pure; the only
// heavy step, so it runs on the workers.
//
// Units:  the body as it came off the wire goes in; canonical, in-scope, distinct URLs come out.
// Errors: never fatal: a broken coding gives what was decoded and a detail for the log.
// Cost:   see facts.md section 9; linear in the page.
// Test:   tests/unit/crawl/digest_test.cc
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/fingerprint.h"
#include "crawl/options.h"
#include "crawl/reason_counts.h"
#include "decode/decode.h"
#include "fetch/fetcher.h"
#include "frontier/types.h"
#include "html/links.h"
#include "html/summary.h"
#include "robots/directives.h"
#include "url/canonical_rules.h"
#include "url/scope.h"
#include "url/suffixes.h"

namespace crawld {

struct DigestRequest {
    CanonicalUrl url;
    uint16_t depth = 0;
    uint8_t hops = 0;  // redirects on the way to it
    std::string content_type;
    std::string content_encoding;
    std::vector<HttpHeader> headers;  // those that take_page_headers() keeps
    std::string body;
    std::shared_ptr<const HostOptions> options;
    std::shared_ptr<const Scope> scope;
    std::shared_ptr<const Suffixes> suffixes;
    std::shared_ptr<const CanonicalRules> canonical;  // may be null
    std::string product;
    bool is_page = true;  // false: what a host says where there is none; its links do not count
    bool summarize = false;
    bool named_sitemap = false;  // by a robots.txt, an index or a seed; see digest_body()
};

// Of a response's headers those that speak of the page: X-Robots-Tag, Link, Refresh, what says how
// it may be used, and X-Content-Type-Options.
std::vector<HttpHeader> take_page_headers(const std::vector<HttpHeader>& headers);

// What X-Robots-Tag asks of us.
PageDirectives header_directives(const std::vector<HttpHeader>& headers, std::string_view product);

struct PageFacts {
    std::string mime;  // that counts: as sent, unless the body is plainly another (mime_sniff.h)
    std::string charset;
    std::string digest;    // "xxh128:<hex>" of the decoded body
    uint64_t content = 0;  // 64 bits of it; 0: no body
    uint64_t simhash = 0;  // of an HTML page's text (html/simhash.h)
    std::string detail;    // for the log: what is wrong with the body, or its type as sent
    DecodeVerdict verdict = DecodeVerdict::whole;
    PageDirectives directives;  // what headers and page ask
    bool nofollow = false;      // they kept its links out
    std::string canonical;      // the URL that the page names as its canonical one, if another
    std::string usage;          // Content-Usage and TDM reservations of headers and page, as sent
    std::string alternates;     // "de=https://a/ fr=https://b/": in other languages
    uint64_t bytes_body = 0;    // decoded
    uint64_t links_found = 0;   // as written in the page
    PageSummary summary;        // if it was asked for
    std::string parser;         // "scanner", "gumbo"; empty for what is not HTML
    std::vector<NewUrl> urls;   // to be made known
    uint64_t found_bytes = 0;   // that `urls` takes
    ReasonCounts left_out;      // links that are not followed: a rule, a limit, nofollow
};

PageFacts digest_page(DigestRequest request);

// The type that counts for a body, of which the beginning is enough (mime_sniff.h).
std::string type_of(const DigestRequest& request, std::string_view body);
bool is_html(std::string_view mime);

// The part that documents of all kinds share: notes what came out of the content coding.
void note_body(const DigestRequest& request, DecodeEnding ending, const Fingerprint128& digest,
               PageFacts& facts);

// The URL that a redirect leads to; nullopt when the Location cannot be used. A target that by
// `rules` would be `from` itself is left as it is named: the server will not answer to less.
std::optional<CanonicalUrl> redirect_target(const CanonicalUrl& from, std::string_view location,
                                            const CanonicalRules* rules = nullptr);

// Finds the key of URL after URL; most links of a page share a host, so the last one is remembered.
class KeyMaker {
  public:
    explicit KeyMaker(const Suffixes& suffixes) : suffixes_(suffixes) {}
    UrlKey key(const CanonicalUrl& url);

  private:
    const Suffixes& suffixes_;
    std::string last_host_;
    HostKey last_key_;
};

}  // namespace crawld
