#include "url/scope.h"
#include "url/canonical_rules.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "url/canonical_rules.h"

using namespace crawld;

namespace {

CanonicalUrl url_of(std::string_view text) {
    const auto url = CanonicalUrl::parse(text);
    REQUIRE(url);
    return *url;
}

std::shared_ptr<Scope> make_scope(const ScopeOptions& options) {
    auto scope = Scope::make(options, std::make_shared<Suffixes>());
    REQUIRE(scope);
    return *scope;
}

std::string_view check(const Scope& scope, std::string_view text) {
    return scope.check(url_of(text));
}

std::string error_of(const std::vector<ScopeRule>& rules) {
    const auto scope = Scope::make({.rules = rules}, std::make_shared<Suffixes>());
    REQUIRE(!scope);
    CHECK(scope.error().code == ErrorCode::configuration);
    return scope.error().message;
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

constexpr std::string_view kOut = "out-of-scope";

}  // namespace

TEST_CASE("within page: the seeds themselves") {
    const auto scope = make_scope({.within = ScopePreset::page});
    scope->add_seed(url_of("http://h.example/a?b"));
    CHECK(check(*scope, "http://h.example/a?b") == "");
    CHECK(check(*scope, "http://h.example/a") == kOut);
    CHECK(check(*scope, "https://h.example/a?b") == kOut);
}

TEST_CASE("within prefix: the seed's directory and what is below it") {
    const auto scope = make_scope({.within = ScopePreset::prefix});
    scope->add_seed(url_of("http://h.example/docs/intro.html?back=/x/y"));
    CHECK(check(*scope, "http://h.example/docs/") == "");
    CHECK(check(*scope, "http://h.example/docs/intro.html") == "");
    CHECK(check(*scope, "http://h.example/docs/a/b/c/d/e?f") == "");
    CHECK(check(*scope, "http://h.example/docs?x=/docs/") == kOut);
    CHECK(check(*scope, "http://h.example/docsx/") == kOut);
    CHECK(check(*scope, "http://h.example/") == kOut);
    CHECK(check(*scope, "http://h.example/other/docs/") == kOut);
    CHECK(check(*scope, "http://h.example:81/docs/") == kOut);
    CHECK(check(*scope, "https://h.example/docs/") == kOut);
}

TEST_CASE("within prefix: seeds of different depth") {
    const auto scope = make_scope({.within = ScopePreset::prefix});
    scope->add_seed(url_of("http://deep.example/a/b/c/d/"));
    scope->add_seed(url_of("http://root.example/"));
    CHECK(check(*scope, "http://root.example/any/thing") == "");
    CHECK(check(*scope, "http://deep.example/a/b/c/d/e") == "");
    CHECK(check(*scope, "http://deep.example/a/b/c/") == kOut);
    CHECK(check(*scope, "http://a-name-longer-than-all-of-the-prefixes.example/") == kOut);
}

TEST_CASE("within prefix: empty segments count") {
    const auto scope = make_scope({.within = ScopePreset::prefix});
    scope->add_seed(url_of("http://h.example/a//x"));
    CHECK(check(*scope, "http://h.example/a//y") == "");
    CHECK(check(*scope, "http://h.example/a///") == "");
    CHECK(check(*scope, "http://h.example/a/y") == kOut);
}

TEST_CASE("within host: any scheme and port of the seed's host name") {
    const auto scope = make_scope({.within = ScopePreset::host});
    scope->add_seed(url_of("http://h.example/a"));
    CHECK(check(*scope, "https://h.example:8443/b") == "");
    CHECK(check(*scope, "http://www.h.example/") == kOut);
}

TEST_CASE("within domain: all hosts of the seed's registrable domain") {
    const auto scope = make_scope({.within = ScopePreset::domain});
    scope->add_seed(url_of("http://www.example.co.uk/"));
    CHECK(check(*scope, "http://example.co.uk/") == "");
    CHECK(check(*scope, "http://a.b.example.co.uk/x") == "");
    CHECK(check(*scope, "http://other.co.uk/") == kOut);
}

TEST_CASE("within any: everything, without a seed") {
    CHECK(check(*make_scope({.within = ScopePreset::any}), "http://h.example/") == "");
}

TEST_CASE("without a seed nothing else is in scope") {
    for (const ScopePreset preset :
         {ScopePreset::page, ScopePreset::prefix, ScopePreset::host, ScopePreset::domain})
        CHECK(check(*make_scope({.within = preset}), "http://h.example/") == kOut);
}

TEST_CASE("the first rule that matches decides, before the preset") {
    const auto scope = make_scope({.within = ScopePreset::host,
                                   .rules = {{.name = "keep", .allow = "/print/keep"},
                                             {.name = "no-print", .deny = "/print/"},
                                             {.name = "friends", .allow = "^https?://f\\."}}});
    scope->add_seed(url_of("http://h.example/"));
    CHECK(check(*scope, "http://h.example/page") == "");
    CHECK(check(*scope, "http://h.example/print/page") == "no-print");
    CHECK(check(*scope, "http://h.example/print/keep") == "");
    CHECK(check(*scope, "http://f.example/page") == "");
    CHECK(check(*scope, "http://f.example/print/page") == "no-print");
    CHECK(check(*scope, "http://other.example/") == kOut);
}

TEST_CASE("an error names its rule and says what is wrong") {
    const std::string bad =
        error_of({{.name = "fine", .allow = "x"}, {.name = "odd", .deny = "(["}});
    CHECK(contains(bad, "\"odd\""));
    CHECK(contains(bad, "RE2"));
    CHECK(contains(error_of({{.name = "both", .allow = "x", .deny = "y"}}), "\"both\""));
    CHECK(contains(error_of({{.name = "neither"}}), "\"neither\""));
    CHECK(contains(error_of({{.name = "a", .deny = "x"}, {.deny = "y"}}), "rule 2"));
}

TEST_CASE("RE2 has no look-behind and no back-references: such a pattern is an error") {
    CHECK(contains(error_of({{.name = "back", .deny = "(a)\\1"}}), "\"back\""));
}

TEST_CASE("seeds and URLs are compared as the operator's canonical rules make them") {
    const auto suffixes = std::make_shared<Suffixes>();
    const auto rules = std::make_shared<CanonicalRules>(
        CanonicalOptions{.strip_tracking = true, .fold_www = true}, suffixes);
    for (const char* seed : {"http://www.example.org/", "http://example.org/?utm_id=1"}) {
        const auto scope = Scope::make({.within = ScopePreset::page}, suffixes, rules);
        REQUIRE(scope);
        (*scope)->add_seed(url_of(seed));
        CHECK(check(**scope, "http://example.org/") == "");
        CHECK(check(**scope, "http://www.example.org/?gclid=1") == "");
        CHECK(check(**scope, "http://example.org/?id=1") == "out-of-scope");
    }
}

TEST_CASE("seeds may be added while other threads check") {
    const auto scope = make_scope({.within = ScopePreset::host});
    const CanonicalUrl first = url_of("http://h0.example/");
    scope->add_seed(first);
    std::atomic<bool> stop = false;
    std::atomic<int> lost = 0;
    std::thread reader([&] {
        while (!stop)
            lost += scope->check(first).empty() ? 0 : 1;
    });
    for (int i = 1; i < 20'000; ++i)
        scope->add_seed(url_of("http://h" + std::to_string(i) + ".example/"));
    stop = true;
    reader.join();
    CHECK(lost == 0);
    CHECK(check(*scope, "http://h19999.example/") == "");
}
