#include "url/scope.h"

#include <re2/re2.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <shared_mutex>

#include "base/fingerprint.h"
#include "url/canonical_rules.h"
#include "url/fingerprint_set.h"

namespace crawld {

namespace {

constexpr std::string_view kOutOfScope = "out-of-scope";

struct CompiledRule {
    std::string name;
    bool allow = false;
    std::unique_ptr<const RE2> pattern;
};

Result<CompiledRule> compile(const ScopeRule& rule, size_t position) {
    const std::string which =
        "scope rule " + (rule.name.empty() ? std::to_string(position) : '"' + rule.name + '"');
    if (rule.name.empty())
        return fail(ErrorCode::configuration, which + " has no name; the log needs one.");
    if (rule.allow.empty() == rule.deny.empty())
        return fail(
            ErrorCode::configuration,
            which + " needs exactly one of `allow` and `deny`, a pattern that is not empty.");
    const bool allow = !rule.allow.empty();
    auto pattern = std::make_unique<const RE2>(allow ? rule.allow : rule.deny, RE2::Quiet);
    if (!pattern->ok())
        return fail(ErrorCode::configuration,
                    which + ": its pattern is not valid RE2: " + pattern->error() + ".");
    return CompiledRule{rule.name, allow, std::move(pattern)};
}

// The URL without its query up to the last '/' of its path.
std::string_view directory_of(const CanonicalUrl& url) {
    const std::string_view href = url.href();
    const size_t path_end = url.authority().size() + url.path().size();
    return href.substr(0, href.rfind('/', path_end - 1) + 1);
}

}  // namespace

struct Scope::Rules {
    std::vector<CompiledRule> list;
    static Result<Rules> compile_all(const std::vector<ScopeRule>& rules);
};

// What the preset makes of the seeds.
struct Scope::Seeds {
    ScopePreset within = ScopePreset::host;
    std::shared_ptr<const Suffixes> suffixes;
    std::shared_ptr<const CanonicalRules> canonical;  // never null

    mutable std::shared_mutex mutex;  // guards what follows
    FingerprintSet seeds;             // of what, the preset says
    size_t prefix_bytes_max = 0;      // of `prefix`: the longest of the seeds' prefixes

    uint64_t seed_fingerprint(const CanonicalUrl& url) const;
    bool within_preset(const CanonicalUrl& url) const;
    bool within_prefix(const CanonicalUrl& url) const;
};

// What a URL and a seed have in common if the one is in the scope of the other.
uint64_t Scope::Seeds::seed_fingerprint(const CanonicalUrl& url) const {
    switch (within) {
        case ScopePreset::page:
            return fingerprint64(url.href());
        case ScopePreset::prefix:
            return fingerprint64(directory_of(url));
        case ScopePreset::host:
            return fingerprint64(url.host());
        case ScopePreset::domain:
            return fingerprint64(suffixes->registrable_domain(url.host()));
        case ScopePreset::any:
            break;
    }
    return 0;
}

bool Scope::Seeds::within_preset(const CanonicalUrl& url) const {
    if (within == ScopePreset::any) return true;
    if (within == ScopePreset::prefix) return within_prefix(url);
    const uint64_t fingerprint = seed_fingerprint(url);
    const std::shared_lock lock(mutex);
    return seeds.contains(fingerprint);
}

// Each '/' of the path ends a directory that may be a seed's. How deep a page's links go is up to
// the page, so none is tried that is longer than every seed's.
bool Scope::Seeds::within_prefix(const CanonicalUrl& url) const {
    const std::shared_lock lock(mutex);
    const std::string_view directory = directory_of(url).substr(0, prefix_bytes_max);
    for (size_t slash = url.authority().size(); slash < directory.size();
         slash = directory.find('/', slash + 1)) {
        if (seeds.contains(fingerprint64(directory.substr(0, slash + 1)))) return true;
    }
    return false;
}

Result<Scope::Rules> Scope::Rules::compile_all(const std::vector<ScopeRule>& rules) {
    Rules out;
    for (const ScopeRule& rule : rules) {
        Result<CompiledRule> compiled = compile(rule, out.list.size() + 1);
        if (!compiled) return tl::unexpected(std::move(compiled.error()));
        out.list.push_back(std::move(*compiled));
    }
    return out;
}

Scope::Scope(std::shared_ptr<Seeds> seeds, Rules rules)
    : seeds_(std::move(seeds)), rules_(std::make_unique<const Rules>(std::move(rules))) {}
Scope::~Scope() = default;

Result<std::shared_ptr<Scope>> Scope::make(const ScopeOptions& options,
                                           std::shared_ptr<const Suffixes> suffixes,
                                           std::shared_ptr<const CanonicalRules> canonical) {
    if (!canonical) canonical = std::make_shared<CanonicalRules>(CanonicalOptions{}, suffixes);
    auto rules = Rules::compile_all(options.rules);
    if (!rules) return tl::unexpected(std::move(rules.error()));
    auto seeds = std::make_shared<Seeds>();
    seeds->within = options.within;
    seeds->suffixes = std::move(suffixes);
    seeds->canonical = std::move(canonical);
    return std::shared_ptr<Scope>(new Scope(std::move(seeds), std::move(*rules)));
}

Result<std::shared_ptr<Scope>> Scope::with_rules(const std::vector<ScopeRule>& rules) const {
    auto compiled = Rules::compile_all(rules);
    if (!compiled) return tl::unexpected(std::move(compiled.error()));
    return std::shared_ptr<Scope>(new Scope(seeds_, std::move(*compiled)));
}

void Scope::add_seed(const CanonicalUrl& as_written) {
    if (seeds_->within == ScopePreset::any) return;
    const CanonicalUrl seed = seeds_->canonical->apply(as_written);
    const uint64_t fingerprint = seeds_->seed_fingerprint(seed);
    const std::unique_lock lock(seeds_->mutex);
    seeds_->seeds.insert(fingerprint);
    if (seeds_->within == ScopePreset::prefix)
        seeds_->prefix_bytes_max = std::max(seeds_->prefix_bytes_max, directory_of(seed).size());
}

std::string_view Scope::check(const CanonicalUrl& as_written) const {
    std::optional<CanonicalUrl> ruled;
    if (seeds_->canonical->any()) ruled = seeds_->canonical->apply(as_written);
    const CanonicalUrl& url = ruled ? *ruled : as_written;
    for (const CompiledRule& rule : rules_->list) {
        if (RE2::PartialMatch(url.href(), *rule.pattern))
            return rule.allow ? std::string_view() : rule.name;
    }
    return seeds_->within_preset(url) ? std::string_view() : kOutOfScope;
}

}  // namespace crawld
