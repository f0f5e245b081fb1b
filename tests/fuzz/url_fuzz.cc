// URLs: a line with a base, then a link. What is serialised parses to itself; the canonical form is
// idempotent under all rules; links resolve to what parser and canonical form make of them.
#include <array>

#include "base/check.h"
#include "decode/query_encoder.h"
#include "fuzz/input.h"
#include "url/canonical_rules.h"
#include "url/keys.h"
#include "url/shape.h"
#include "url/url.h"
#include "url/utf8.h"

using namespace crawld;

namespace {

constexpr std::array<std::string_view, 6> kCharsets = {"utf-8",  "windows-1252", "shift_jis",
                                                       "euc-kr", "iso-2022-jp",  "gb18030"};

const std::shared_ptr<const Suffixes>& suffixes() {
    static const auto loaded = std::make_shared<const Suffixes>();
    return loaded;
}

CanonicalOptions choose_rules(fuzz::Input& input) {
    const size_t chosen = input.below(32);
    return {.strip_session_ids = (chosen & 1) != 0,
            .strip_tracking = (chosen & 2) != 0,
            .sort_query = (chosen & 4) != 0,
            .strip_query = (chosen & 8) != 0,
            .fold_www = (chosen & 16) != 0};
}

std::string shown(const std::optional<CanonicalUrl>& url) {
    return url ? url->href() : "(none)";
}

void check_canonical(const CanonicalUrl& url, const CanonicalRules& rules) {
    CRAWLD_CHECK(is_ascii(url.href()));
    fuzz::expect_same("a canonical URL and its canonical form", url.href(),
                      shown(CanonicalUrl::parse(url.href())));
    const auto parsed = Url::parse(url.href());
    CRAWLD_CHECK(parsed && !parsed->fragment && parsed->username.empty());
    fuzz::expect_same("hosts", *parsed->host, url.host());
    fuzz::expect_same("paths", parsed->path, url.path());
    fuzz::expect_same("queries", parsed->query.value_or(""), url.query());
    CRAWLD_CHECK(count_repeats(url.path()) <= count_segments(url.path()));
    CRAWLD_CHECK(url.host().ends_with(suffixes()->registrable_domain(url.host())));
    CRAWLD_CHECK(url_key(url, *suffixes()) ==
                 url_key(CanonicalUrl::trusted(url.href()), *suffixes()));

    const CanonicalUrl ruled = rules.apply(url);
    fuzz::expect_same("a URL by the rules, twice", ruled.href(), rules.apply(ruled).href());
    fuzz::expect_same("a URL by the rules and its canonical form", ruled.href(),
                      shown(CanonicalUrl::parse(ruled.href())));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    fuzz::Input input(data, size);
    const CanonicalRules rules(choose_rules(input), suffixes());
    const auto encoder = make_query_encoder(kCharsets[input.below(kCharsets.size())]);
    const fuzz::Exact base_text(input.line());
    const fuzz::Exact link(input.rest());

    const auto base = Url::parse(base_text.view(), nullptr, encoder.get());
    const auto url = Url::parse(link.view(), base ? &*base : nullptr, encoder.get());
    std::optional<CanonicalUrl> canonical;
    if (url) {
        const auto again = Url::parse(url->href());
        fuzz::expect_same("a URL and what its text parses to", url->href(),
                          again ? again->href() : "(none)");
        canonical = CanonicalUrl::from(*url);
    }
    if (canonical) check_canonical(*canonical, rules);
    if (base) {
        LinkResolver resolver(*base, encoder.get());
        resolver.url_bytes_max = 200;
        if (canonical && canonical->href().size() > resolver.url_bytes_max) canonical.reset();
        fuzz::expect_same("the parser's and the resolver's URL", shown(canonical),
                          shown(resolver.resolve(link.view())));
    }
    return 0;
}
