// Step admit: is this URL (still) to be fetched? Asked again here, although links were filtered
// when they were found: a reload may have changed scope and limits, and budgets fill up.
#include "crawl/crawler.h"

namespace crawld {

Progress Crawler::step_admit(Visit& visit) {
    const auto settings = context_.current();
    const HostState& host = *visit.host;
    const LimitsOptions& limits = host.options->limits;
    const QueuedUrl& item = visit.item;

    if (item.discovery != Discovery::seed) {
        const std::string_view refusal = settings->scope->check(item.url);
        if (!refusal.empty()) return settle(visit, Outcome::skipped, std::string(refusal));
        const bool is_page = item.discovery != Discovery::manifest;
        if (is_page && limits.depth != 0 && item.depth > limits.depth)
            return settle(visit, Outcome::skipped, "limits.depth");
    }
    if (item.url.href().size() > limits.url_bytes)
        return settle(visit, Outcome::skipped, "limits.url_bytes");
    if (limits.pages_per_host != 0 &&
        host.facts.pages + host.pages_under_way >= limits.pages_per_host)
        return settle(visit, Outcome::skipped, "limits.pages_per_host");
    // One URL has one deadline over all its tries.
    const bool tried = item.first_try != WallTime{};
    if (tried && loop_.wall() - item.first_try > host.options->fetch.deadline)
        return settle(visit, Outcome::given_up, "fetch.deadline");
    visit.step = Step::resolve;
    return Progress::proceed;
}

}  // namespace crawld
