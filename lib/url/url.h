// Url: parsing and resolving by the WHATWG URL standard, and the one canonical form.
//
// How things move in this folder: bytes found in a page become a Url by parse() against a base;
// canonicalize() turns an http(s) Url into a CanonicalUrl, the only form that the frontier stores,
// robots rules are matched against, keys are made of (keys.h), scope is decided on (scope.h) and
// curl ever sees. Public suffixes (suffixes.h) give the registrable domain that shards and
// `domain` limits hang on.
//
// Canonical form: the WHATWG serialisation of an http or https URL without credentials and
// fragment; percent-encoded unreserved characters (RFC 3986 2.3) decoded and hex digits upper
// case; an empty query dropped; a trailing dot of the host dropped. Idempotent:
// canonical(canonical(x)) = canonical(x).
//
//     https://example.org:8080/a/b?q=1
//     |      |          |    |   |
//     |      host_begin |    |   path_end (query begins with '?', or npos-free: = size)
//     scheme            |    path_begin
//                       host_end (':' if a port is written)
//
// Owns:   its text. Views are into the object and die with it.
// Errors: nullopt: the standard's "failure", or not http(s) for CanonicalUrl, or too long.
// Cost:   see tests/bench/url.
// Source: https://url.spec.whatwg.org (parsing, 4.4), UTS #46 through ICU.
// Test:   tests/conformance/url/wpt_test.cc, tests/unit/url/
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crawld {

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
    static std::optional<Url> parse(std::string_view input, const Url* base = nullptr);
};

class CanonicalUrl {
  public:
    // From any text: parse, then canonicalize.
    static std::optional<CanonicalUrl> parse(std::string_view input);
    static std::optional<CanonicalUrl> from(const Url& url);
    // From text that parse() or href() of this class gave before (the state database): only the
    // offsets are found again. The text is trusted.
    static CanonicalUrl trusted(std::string text);

    const std::string& href() const { return text_; }
    bool https() const { return https_; }
    std::string_view scheme() const { return https_ ? "https" : "http"; }
    std::string_view host() const;           // IPv6 in brackets
    std::string_view host_for_connect() const;  // IPv6 without brackets
    uint16_t port() const { return port_; }  // the effective port
    std::string_view authority() const;      // "https://example.org:8080": robots.txt's scope
    std::string_view path() const;           // "/a/b"
    std::string_view path_and_query() const;
    std::string_view query() const;          // without '?'

    bool operator==(const CanonicalUrl& other) const { return text_ == other.text_; }

  private:
    CanonicalUrl() = default;
    void find_offsets();

    std::string text_;
    uint32_t host_begin_ = 0;
    uint32_t host_end_ = 0;
    uint32_t path_begin_ = 0;
    uint32_t path_end_ = 0;
    uint16_t port_ = 0;
    bool https_ = false;
};

// Resolves the links of one page: what differs from link to link is small, so the base is parsed
// once and the common cases (absolute http(s) in plain ASCII, paths, relative paths) avoid the full
// parser. Same results as Url::parse + CanonicalUrl::from (a property test compares them).
class LinkResolver {
  public:
    // `base` is the page's URL, or what <base href> made of it.
    explicit LinkResolver(Url base);
    // nullopt: not http(s), not a URL, or longer than url_bytes_max.
    std::optional<CanonicalUrl> resolve(std::string_view href) const;
    const Url& base() const { return base_; }

    size_t url_bytes_max = 2083;

  private:
    Url base_;
    std::string base_prefix_;  // canonical "https://host:port" of the base, if it is http(s)
};

}  // namespace crawld
