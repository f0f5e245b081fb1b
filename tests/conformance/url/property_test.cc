// Properties that hold for every text: checked over the inputs of web-platform-tests, where they
// are present, over some of our own, and over mutations of both.
#include <doctest/doctest.h>

#include <array>

#include "base/prng.h"
#include "conformance/url/wpt_cases.h"
#include "url/canonical_rules.h"
#include "url/percent.h"
#include "url/url.h"
#include "url/utf8.h"

using namespace crawld;
using namespace crawld::test;

namespace {

constexpr uint64_t kSeed = 20240229;
constexpr int kMutations = 200'000;

std::vector<std::string> base_texts() {
    return {
        "http://example.org/foo/bar?q=1#f",
        "https://Example.org:8080/a//b/%7ec/.?x=%zz",
        "http://user:pass@h.example./dir/",
        "http://[2001:db8::1]/x/y/z",
        "http://127.0.0.1:81",
        "https://b\xC3\xBC"
        "cher.example/\xC3\xA4/?\xC3\xB6",
        "ftp://example.org/pub/",
        "data:text/plain,x",
        "mailto:someone@example.org",
        "file:///C:/dir/file",
        "http://../",
    };
}

std::vector<std::string> link_texts() {
    return {
        "",
        "#",
        "?",
        "?a=b&c=%7e%2F%2f%",
        "/",
        "//",
        "///x",
        "/\\x",
        "\\\\host\\path",
        "//Host.Example:0443/%2E%2e/a?b#c",
        "../../../x/./y/..",
        "a/b/../../../c/%2e%2e",
        "a%2fb/%4/%41/%%34%31/%2%65",
        "  /spaced path/\"<>`{}^|'  ",
        "HTTPS://EXAMPLE.ORG:443",
        "http:relative",
        "https:/one/slash",
        "http://a.b:",
        "http://a.b:65536/",
        "http://a.b:99999999999999999999/",
        "http://1.2.3/",
        "http://0x7f.1/",
        "http://x.0x1/",
        "http://a.1b/",
        "http://a_b-c.d./",
        "http://a..b/",
        "http://a../",
        "http://a b/",
        "http://a%41.b/",
        "http://user@h/",
        "http://h/@?@#@",
        "javascript:void(0)",
        "mailto:a@b",
        "C|/x",
        "x:y",
        "1:2",
        "ht\ntp://x.y/",
        "/a\tb",
        "/caf\xC3\xA9?caf\xC3\xA9",
        "/\xFF\xC3",
        "?'",
        "?#?",
        "/#%",
    };
}

// Pieces that mean something to a URL parser, alone or next to others.
constexpr std::array<std::string_view, 36> kPieces = {
    "%",  "%2e", "%2E", "%4",   "%41",      "%25",      "%7E",  "%c3%a9", ".",
    "..", "/",   "//",  "\\",   "?",        "#",        ":",    "@",      "[",
    "]",  "::1", "80",  ":443", "0x",       "127.1",    "http", "s:",     "\t",
    "\n", " ",   "'",   "\"",   "\xC3\xA9", "\xE2\x80", "xn--", "\x7F",   "A",
};

std::string mutated(std::string text, Prng& prng) {
    for (uint64_t changes = 1 + prng.below(4); changes > 0; --changes) {
        const size_t at = prng.below(text.size() + 1);
        const size_t removed = prng.below(3);
        switch (prng.below(3)) {
            case 0:
                text.insert(at, kPieces[prng.below(kPieces.size())]);
                break;
            case 1:
                text.replace(at, removed, kPieces[prng.below(kPieces.size())]);
                break;
            case 2:
                text.erase(at, removed);
                break;
        }
    }
    return text;
}

struct Corpus {
    std::vector<std::string> links = link_texts();
    std::vector<std::string> bases = base_texts();
};

Corpus corpus() {
    Corpus all;
    const auto document = read_json("url/wpt/urltestdata.json");
    if (!document) return all;
    for (const WptCase& test : wpt_cases(*document)) {
        all.links.push_back(test.input);
        if (test.base) all.bases.push_back(*test.base);
    }
    return all;
}

void check_canonical(const std::string& text) {
    const auto url = CanonicalUrl::parse(text);
    if (!url) return;
    CAPTURE(text);
    const auto again = CanonicalUrl::parse(url->href());
    REQUIRE(again);
    CHECK(again->href() == url->href());

    const auto parsed = Url::parse(url->href());
    REQUIRE(parsed);
    CHECK(url->scheme() == parsed->scheme);
    CHECK(url->host() == *parsed->host);
    CHECK(url->port() == parsed->port.value_or(url->https() ? 443 : 80));
    CHECK(url->path() == parsed->path);
    CHECK(url->query() == parsed->query.value_or(""));
    CHECK(std::string(url->authority()) + std::string(url->path_and_query()) == url->href());
    CHECK(parsed->username.empty());
    CHECK(!parsed->fragment);
    CHECK(is_ascii(url->href()));
}

std::string shown(const std::optional<CanonicalUrl>& url) {
    return url ? url->href() : "(none)";
}

void check_resolver(const Url& base, const std::string& link) {
    LinkResolver resolver(base);
    resolver.url_bytes_max = 80;  // so that some are too long
    std::optional<CanonicalUrl> expected;
    if (const auto url = Url::parse(link, &base)) expected = CanonicalUrl::from(*url);
    if (expected && expected->href().size() > resolver.url_bytes_max) expected.reset();
    CAPTURE(link);
    CAPTURE(base.href());
    CHECK(shown(resolver.resolve(link)) == shown(expected));
}

}  // namespace

TEST_CASE("the canonical form of a canonical URL is itself, and its parts are the parser's") {
    const Corpus all = corpus();
    Prng prng(kSeed);
    for (const std::string& text : all.links)
        check_canonical(text);
    for (int i = 0; i < kMutations; ++i)
        check_canonical(mutated(all.links[prng.below(all.links.size())], prng));
}

TEST_CASE("every set of canonical rules gives canonical URLs and is idempotent") {
    constexpr std::array<std::string_view, 20> kParts = {";jsessionid=",
                                                         ";JSESSIONID=1",
                                                         "(S(lit3py55t21z5v55vlm25s55))",
                                                         "/",
                                                         "..",
                                                         ".",
                                                         "www.",
                                                         "?",
                                                         "&",
                                                         "&&",
                                                         "=",
                                                         "sid=0123456789abcdef",
                                                         "PHPSESSID",
                                                         "utm_",
                                                         "gclid=1",
                                                         "b=2",
                                                         "a",
                                                         "%2e",
                                                         ";",
                                                         "#"};
    const auto suffixes = std::make_shared<const Suffixes>();
    const Corpus all = corpus();
    Prng prng(kSeed + 3);
    for (int i = 0; i < kMutations; ++i) {
        std::string text = "http://www.example.org/";
        if (i % 2 == 0) text = mutated(all.links[prng.below(all.links.size())], prng);
        for (uint64_t parts = prng.below(8); parts > 0; --parts)
            text += kParts[prng.below(kParts.size())];
        const auto url = CanonicalUrl::parse(text);
        if (!url) continue;
        const uint64_t chosen = prng.below(32);
        const CanonicalRules rules({.strip_session_ids = (chosen & 1) != 0,
                                    .strip_tracking = (chosen & 2) != 0,
                                    .sort_query = (chosen & 4) != 0,
                                    .strip_query = (chosen & 8) != 0,
                                    .fold_www = (chosen & 16) != 0},
                                   suffixes);
        CAPTURE(text);
        CAPTURE(chosen);
        const CanonicalUrl once = rules.apply(*url);
        REQUIRE(CanonicalUrl::parse(once.href()));
        CHECK(CanonicalUrl::parse(once.href())->href() == once.href());
        CHECK(rules.apply(once).href() == once.href());
        CHECK(once.port() == url->port());
        CHECK(once.scheme() == url->scheme());
    }
}

TEST_CASE("a resolved link is what the parser and the canonical form make of it") {
    const Corpus all = corpus();
    Prng prng(kSeed + 1);
    std::vector<Url> bases;
    for (const std::string& text : all.bases) {
        if (auto base = Url::parse(text)) bases.push_back(std::move(*base));
    }
    for (const std::string& text : base_texts()) {
        const auto base = Url::parse(text);
        REQUIRE(base);
        for (const std::string& link : all.links)
            check_resolver(*base, link);
    }
    for (int i = 0; i < kMutations; ++i) {
        const std::string link = mutated(all.links[prng.below(all.links.size())], prng);
        check_resolver(bases[prng.below(bases.size())], link);
    }
}

TEST_CASE("a URL of any scheme parses to itself after it is serialised") {
    const Corpus all = corpus();
    Prng prng(kSeed + 2);
    for (int i = 0; i < kMutations; ++i) {
        const std::string text = mutated(all.links[prng.below(all.links.size())], prng);
        const auto url = Url::parse(text);
        if (!url) continue;
        CAPTURE(text);
        const auto again = Url::parse(url->href());
        REQUIRE(again);
        CHECK(again->href() == url->href());
    }
}
