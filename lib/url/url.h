// Url: parsing and resolving by the WHATWG URL standard, and the one canonical form.
//
// How things move in this folder: bytes found in a page become a Url by parse() against a base;
// canonicalize() turns an http(s) Url into a CanonicalUrl, the only form that the frontier stores,
// robots rules are matched against, keys are made of (keys.h), scope is decided on (scope.h) and
// curl ever sees. Public suffixes (suffixes.h) give the registrable domain that shards and
// `domain` limits hang on.
//
// Inside: parser.h is the standard's state machine, which hands hosts to host.h (domains to
// idna.h, addresses to ip_literal.h) and encodes by the sets of percent.h; canonical_url.cc knows
// the canonical form; link_resolver.cc gets there in one pass for the links that most pages have.
//
// Canonical form: the WHATWG serialisation of an http or https URL, changed where two texts ask
// any server for the same thing: without credentials and fragment; in path and query an escaped
// unreserved character (RFC 3986 2.3) decoded, the digits of other escapes upper case, and a '%'
// that begins no escape written as "%25"; an empty query dropped; a trailing dot of the host
// dropped. Nothing is sorted, merged or guessed: "//" in a path and the order of parameters may
// mean something, unless the operator says otherwise (canonical_rules.h). Idempotent:
// canonical(canonical(x)) = canonical(x).
//
// Other crawlers go further. 30 of the 112 rows of crawler-commons' normaliser differ from ours on
// purpose (tests/conformance/url/crawler_commons_test.cc lists them): it merges the slashes of
// empty path segments, sorts parameters and drops empty ones, encodes "[]^`|" in queries, which the
// standard does not, puts "http://" before a text without a scheme, and has a form for ftp: and
// file: URLs and for http URLs without a host.
//
//     https://example.org:8080/a/b?q=1
//             |          |    |   |
//             host_begin |    |   path_end ('?', or the end of the text)
//                        |    path_begin
//                        host_end (':' if a port is written, or path_begin)
//
// Owns:   its text. Views are into the object and die with it.
// Errors: nullopt: the standard's "failure"; not http(s) for CanonicalUrl, or a host of which no
//         name is left without its dot; an input longer than kUrlInputBytesMax.
// Cost:   linear in the input, except for names that are not ASCII (idna.h).
// Thread: any; there is no shared state.
// Source: https://url.spec.whatwg.org (parsing, 4.4), UTS #46 through ICU.
// Test:   tests/conformance/url/wpt_test.cc, tests/unit/url/
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crawld {

class CanonicalRules;
class QueryEncoder;

// Far above any URL that works; what is longer (a data: URL, mostly) is not looked at.
inline constexpr size_t kUrlInputBytesMax = 1 << 20;

// A URL record of the standard, any scheme. The components as the standard serialises them.
struct Url {
    std::string scheme;  // without ':'
    std::string username;
    std::string password;
    std::optional<std::string> host;  // serialised; IPv6 in brackets
    std::optional<uint16_t> port;     // never the scheme's default
    std::string path;                 // opaque path, or "/a/b"
    std::optional<std::string> query;
    std::optional<std::string> fragment;

    bool opaque_path = false;

    bool is_special() const;
    std::string href() const;

    // `input` is UTF-8 (invalid bytes count as U+FFFD). `base`, if given, must have been parsed.
    // `encoder` is of the charset of the page that has the link; without one queries are UTF-8.
    static std::optional<Url> parse(std::string_view input, const Url* base = nullptr,
                                    QueryEncoder* encoder = nullptr);
};

class CanonicalUrl {
  public:
    // From any text: Url::parse, then from.
    static std::optional<CanonicalUrl> parse(std::string_view input);
    static std::optional<CanonicalUrl> from(const Url& url);
    // From text that parse() or href() of this class gave before (the state database): only the
    // offsets are found again. Other text is a mistake of ours and may end the process.
    static CanonicalUrl trusted(std::string text);

    const std::string& href() const { return text_; }
    bool https() const { return https_; }
    std::string_view scheme() const { return https_ ? "https" : "http"; }
    std::string_view host() const;              // IPv6 in brackets
    std::string_view host_for_connect() const;  // IPv6 without brackets
    uint16_t port() const { return port_; }     // the effective port
    std::string_view authority() const;         // "https://example.org:8080": robots.txt's scope
    std::string_view path() const;              // "/a/b"
    std::string_view path_and_query() const;
    std::string_view query() const;  // without '?'

    bool operator==(const CanonicalUrl& other) const { return text_ == other.text_; }

    CanonicalUrl() = default;  // no URL: href() is empty

  private:
    void find_offsets();

    std::string text_;
    uint32_t host_begin_ = 0;
    uint32_t host_end_ = 0;
    uint32_t path_begin_ = 0;
    uint32_t path_end_ = 0;
    uint16_t port_ = 0;
    bool https_ = false;
};

// Resolves the links of one page: what differs from link to link is small, so the base is taken
// apart once, and the common cases (absolute http(s) in plain ASCII, paths, relative paths) go
// straight to their canonical form without the parser. The result is always that of Url::parse and
// CanonicalUrl::from; a property test compares them.
class LinkResolver {
  public:
    // `base` is the page's URL, or what <base href> made of it. `encoder` is of the page's charset,
    // nullptr for UTF-8, and must outlive the resolver. Links in ASCII never ask it.
    explicit LinkResolver(Url base, QueryEncoder* encoder = nullptr);
    // nullopt: not http(s), not a URL, or longer than url_bytes_max in its canonical form.
    std::optional<CanonicalUrl> resolve(std::string_view href) const;
    const Url& base() const { return base_; }

    size_t url_bytes_max = 2083;            // after the rules
    const CanonicalRules* rules = nullptr;  // of the operator, if any; must outlive the resolver

  private:
    Url base_;
    std::optional<CanonicalUrl> canonical_base_;  // if it is http(s)
    QueryEncoder* encoder_;
};

}  // namespace crawld
