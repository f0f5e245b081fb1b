// robots.txt: a line with a path, then the file. The decision is that of the slow and obvious
// matcher over the same rules, and names the line that made it.
#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "conformance/robots/slow_rules.h"
#include "fuzz/input.h"
#include "robots/groups.h"
#include "robots/robots.h"
#include "url/url.h"

using namespace crawld;

namespace {

constexpr std::string_view kProduct = "crawld";
constexpr size_t kSlowWorkMax = 2'000'000;

std::vector<Rule> rules_of(std::string_view body) {
    RobotsLines lines(body);
    RobotsGroups groups(kProduct);
    while (const auto line = lines.next())
        groups.take(*line);
    return std::move(groups).ours().rules;
}

std::string_view pattern_of(std::string_view rule_text) {
    return rule_text.substr(rule_text.find(": ") + 2);
}

// Where nobody says what is right: what a '%' means that begins no escape, and whether what follows
// a '*' may begin inside an escape of the path. The table takes both as the text stands, and the
// slow matcher, which looks at characters, does not.
bool is_doubtful(std::string_view pattern, std::string_view path) {
    if (pattern.find('*') != pattern.npos && path.find('%') != path.npos) return true;
    for (size_t at = pattern.find('%'); at != pattern.npos; at = pattern.find('%', at + 1)) {
        if (at + 2 >= pattern.size()) return true;
        if (hex_value(pattern[at + 1]) < 0 || hex_value(pattern[at + 2]) < 0) return true;
    }
    return false;
}

void check_decision(const std::vector<Rule>& rules, std::string_view path,
                    const RobotsDecision& decision) {
    const Rule* best = nullptr;
    size_t work = 0;
    for (const Rule& rule : rules) {
        work += (rule.text.size() + 1) * path.size() * path.size();
        if (work > kSlowWorkMax || is_doubtful(pattern_of(rule.text), path)) return;
        if (!slow::matches(pattern_of(rule.text), path)) continue;
        const auto strength = [](const Rule& r) { return std::pair(r.pattern.octets, r.allow); };
        if (best == nullptr || strength(rule) > strength(*best)) best = &rule;
    }
    CRAWLD_CHECK((best == nullptr) == (decision.line == 0));
    CRAWLD_CHECK(decision.allowed == (best == nullptr || best->allow));
    if (decision.line == 0) return;
    const auto named = std::find_if(rules.begin(), rules.end(),
                                    [&](const Rule& rule) { return rule.line == decision.line; });
    CRAWLD_CHECK(named != rules.end() && named->allow == decision.allowed);
    fuzz::expect_same("the rule named and that of its line", named->text, decision.rule);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    fuzz::Input input(data, size);
    const auto url = CanonicalUrl::parse("http://h/" + std::string(input.line()));
    const fuzz::Exact body(input.rest());
    const RobotsRules robots = RobotsRules::parse(body.view(), kProduct);
    CRAWLD_CHECK(!robots.crawl_delay() || *robots.crawl_delay() > Duration{0});
    for (const std::string& sitemap : robots.sitemaps())
        CRAWLD_CHECK(std::count(robots.sitemaps().begin(), robots.sitemaps().end(), sitemap) == 1);
    const std::vector<Rule> rules = rules_of(body.view());
    CRAWLD_CHECK(robots.rule_count() == rules.size());
    if (url) check_decision(rules, url->path_and_query(), robots.decide(url->path_and_query()));
    return 0;
}
