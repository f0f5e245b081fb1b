// Step admit: is this URL (still) to be fetched? Asked again here, although links were filtered
// when they were found: a reload may have changed scope and limits, and budgets fill up.
#include "crawl/admission.h"
#include "crawl/crawler.h"

namespace crawld {

namespace {

// The budget of the host that is used up, if one is.
std::string_view spent_budget(const HostState& host, const QueuedUrl& item,
                              const LimitsOptions& limits) {
    const HostFacts& facts = host.facts;
    if (limits.pages_per_host != 0 && !item.counted &&
        facts.pages + host.pages_under_way >= limits.pages_per_host)
        return "limits.pages_per_host";
    if (limits.bytes_per_host != 0 && facts.bytes >= limits.bytes_per_host)
        return "limits.bytes_per_host";
    if (limits.time_per_host != Duration{0} && facts.fetching >= limits.time_per_host)
        return "limits.time_per_host";
    return {};
}

}  // namespace

Progress Crawler::step_admit(Visit& visit) {
    const auto settings = context_.current();
    const HostState& host = *visit.host;
    const LimitsOptions& limits = host.options->limits;
    const QueuedUrl& item = visit.item;

    if (item.discovery != Discovery::seed) {
        const std::string_view reason =
            refusal(item.url, item.discovery, item.depth, limits, *settings->scope);
        if (!reason.empty()) return settle(visit, Outcome::skipped, std::string(reason));
    }
    if (item.url.href().size() > limits.url_bytes)
        return settle(visit, Outcome::skipped, "limits.url_bytes");
    if (const std::string_view budget = spent_budget(host, item, limits); !budget.empty())
        return settle(visit, Outcome::skipped, std::string(budget));
    // One URL has one deadline over all its tries. It is held against the time for which this one
    // was appointed, so that nobody pays for a time when we were not running.
    const bool tried = item.first_try != WallTime{};
    if (tried && item.discovered - item.first_try > host.options->fetch.deadline)
        return settle(visit, Outcome::given_up, "fetch.deadline");
    visit.step = Step::resolve;
    return Progress::proceed;
}

}  // namespace crawld
