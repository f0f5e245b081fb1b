// Scope: which URLs belong to the crawl: a preset around the seeds, then the user's named rules.
//
// Rules are tried in order, the first that matches decides (allow or deny); without a match the
// preset decides: page (the seed itself), prefix (URLs that start with a seed's URL up to the last
// '/' of its path), host (same host name as a seed), domain (same registrable domain), any.
// Thread: check() from any thread, add_seed() from any thread at the same time (shared mutex): seed
//         files of millions of lines are still streamed in while pages are crawled.
// Errors: make() names the rule whose pattern RE2 refuses.
// Cost:   a hash look-up a link, for prefix one for each '/' of its path that a seed may have too;
//         9 to 18 bytes a distinct seed page, prefix, host or domain. Only fingerprints are kept.
// Test:   tests/unit/url/scope_test.cc
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.h"
#include "url/suffixes.h"
#include "url/url.h"

namespace crawld {

enum class ScopePreset : uint8_t { page, prefix, host, domain, any };
constexpr std::array<std::string_view, 5> enum_names(ScopePreset) {
    return {"page", "prefix", "host", "domain", "any"};
}

struct ScopeRule {
    std::string name = {};
    std::string allow = {};  // RE2 pattern, searched in the canonical URL; exactly one of the two
    std::string deny = {};
    bool operator==(const ScopeRule&) const = default;
};
template <class V>
void describe(V& v, ScopeRule& o) {
    v.field({.name = "name", .help = "Appears in the log as the reason."}, o.name);
    v.field({.name = "allow", .help = "RE2 pattern; a URL that contains a match is in scope."},
            o.allow);
    v.field({.name = "deny", .help = "RE2 pattern; a URL that contains a match is out of scope."},
            o.deny);
}

struct ScopeOptions {
    ScopePreset within = ScopePreset::host;
    std::vector<ScopeRule> rules = {};
};
template <class V>
void describe(V& v, ScopeOptions& o) {
    v.field({.name = "within",
             .help = "Which links of the seeds' pages are followed: page, prefix, host, domain "
                     "(the registrable domain) or any.",
             .per_host = false},
            o.within);
    v.field({.name = "rules",
             .help = "Named allow and deny patterns, tried in order before `within`.",
             .per_host = false},
            o.rules);
}

class CanonicalRules;

class Scope {
  public:
    // `canonical`, if given, is applied to seeds and URLs before they are compared.
    static Result<std::shared_ptr<Scope>> make(
        const ScopeOptions& options, std::shared_ptr<const Suffixes> suffixes,
        std::shared_ptr<const CanonicalRules> canonical = nullptr);
    ~Scope();
    // Other rules around the same seeds, those included that either of the two is told later.
    Result<std::shared_ptr<Scope>> with_rules(const std::vector<ScopeRule>& rules) const;
    void add_seed(const CanonicalUrl& seed);
    // Empty: in scope. Otherwise the reason: the rule's name, or "out-of-scope". A view that lives
    // as long as the Scope.
    std::string_view check(const CanonicalUrl& url) const;

  private:
    struct Seeds;
    struct Rules;
    Scope(std::shared_ptr<Seeds> seeds, Rules rules);
    std::shared_ptr<Seeds> seeds_;
    std::unique_ptr<const Rules> rules_;
};

}  // namespace crawld
