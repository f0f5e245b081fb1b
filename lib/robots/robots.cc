#include "robots/robots.h"

#include <unordered_set>

#include "robots/groups.h"

namespace crawld {

namespace {

// In the normal form of pattern.h a byte becomes up to three.
static_assert(3 * kRobotsPathBytesMax <= PiecePlaces::kPathBytesMax);

void keep_each_once(std::vector<std::string>& texts) {
    std::unordered_set<std::string> seen;
    std::erase_if(texts, [&](const std::string& text) { return !seen.insert(text).second; });
}

}  // namespace

RobotsRules RobotsRules::parse(std::string_view body, std::string_view product) {
    RobotsLines lines(body);
    RobotsGroups groups(product);
    while (const auto line = lines.next())
        groups.take(*line);

    RobotsRules rules;
    rules.sitemaps_ = std::move(groups).sitemaps();
    keep_each_once(rules.sitemaps_);
    RobotsGroup ours = std::move(groups).ours();
    rules.rules_ = RuleTable(std::move(ours.rules));
    rules.crawl_delay_ = ours.crawl_delay;
    rules.usage_ = std::move(ours.usage);
    return rules;
}

RobotsDecision RobotsRules::decide(std::string_view path_and_query) const {
    if (path_and_query.size() > kRobotsPathBytesMax)
        return {.allowed = false, .line = 0, .rule = {}};
    const RuleTable::Entry* rule = rules_.find(path_and_query);
    if (rule == nullptr) return {};
    return {.allowed = rule->allow, .line = rule->line, .rule = rules_.text(*rule)};
}

size_t RobotsRules::bytes() const {
    size_t sum = sizeof *this + rules_.bytes() + usage_.capacity();
    for (const std::string& sitemap : sitemaps_)
        sum += sizeof sitemap + sitemap.capacity();
    return sum;
}

}  // namespace crawld
