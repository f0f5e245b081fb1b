// What becomes of a URL after its visit: done, gone, or due again, and what its host is told.
#include <algorithm>
#include <utility>

#include "crawl/crawler.h"

namespace crawld {

namespace {

// A longer one is a cookie rather than a version.
constexpr size_t kValidatorBytesMax = 256;
// From a second to twelve days; other bounds come long before.
constexpr uint32_t kDoublingsMax = 20;
// Tries of a sitemap beyond fetch.retries, each when its robots.txt is out of date.
constexpr uint32_t kSitemapTriesMore = 7;

// To ask by the next time. An answer without a body may leave out what has not changed.
Validators validators_of(const Visit& visit) {
    if (is_transient(visit.outcome)) return visit.item.validators;
    Validators validators;
    if (visit.outcome == Outcome::not_modified)
        validators = visit.item.validators;
    else if (visit.outcome != Outcome::ok || visit.result.status != 200)
        return validators;
    const auto take = [&](std::string_view name, std::string& to) {
        const auto value = visit.result.header(name);
        const auto is_text = [](char c) { return c >= 0x20 && c < 0x7f; };
        if (value && !value->empty() && value->size() <= kValidatorBytesMax &&
            std::all_of(value->begin(), value->end(), is_text))
            to = *value;
    };
    take("etag", validators.etag);
    take("last-modified", validators.last_modified);
    return validators;
}

// A sitemap that was asked for in vain. It was named, and all that it lists is at stake: where a
// page would be gone it may be there another day.
bool is_missing_sitemap(const Visit& visit) {
    const Outcome outcome = visit.outcome;
    const bool came = outcome == Outcome::ok || outcome == Outcome::redirect ||
                      outcome == Outcome::not_modified || outcome == Outcome::body_too_large;
    return visit.item.discovery == Discovery::manifest && !came && !is_withheld(outcome) &&
           outcome != Outcome::address_refused;
}

}  // namespace

bool Crawler::worth_retrying(const Visit& visit) const {
    const FetchOptions& options = visit.host->options->fetch;
    if (!is_transient(visit.outcome) || visit.item.attempt >= options.retries) return false;
    if (visit.item.first_try == WallTime{}) return options.deadline > Duration{0};
    const WallTime tried = visit.sent_at == WallTime{} ? loop_.wall() : visit.sent_at;
    return tried - visit.item.first_try < options.deadline;
}

// When a known URL is fetched again: what was there, and what may be there next time.
std::optional<Duration> Crawler::refetch_pause(const Visit& visit) const {
    const HostOptions& options = *visit.host->options;
    const Duration after = options.fetch.refetch_after;
    const bool missing_sitemap = is_missing_sitemap(visit);
    if (after == Duration{0}) {
        const bool again =
            missing_sitemap && visit.item.attempt < options.fetch.retries + kSitemapTriesMore;
        return again ? std::optional(options.politeness.robots_ttl_max) : std::nullopt;
    }
    const int status = visit.result.status;
    // What is forbidden today is asked of robots.txt again, which costs no request of its own.
    const bool denied = visit.outcome == Outcome::robots_denied;
    const bool again = (status >= 200 && status < 400) || is_transient(visit.outcome) || denied;
    return again || missing_sitemap ? std::optional(after) : std::nullopt;
}

void Crawler::settle_page(Visit& visit) {
    HostState& host = *visit.host;
    const Instant now = loop_.now();
    const WallTime wall = loop_.wall();
    Settled& settled = visit.settled;
    settled.key = visit.item.key;
    settled.chunk = visit.item.chunk;
    settled.outcome = static_cast<uint8_t>(visit.outcome);
    settled.status = static_cast<uint16_t>(std::clamp(visit.result.status, 0, 999));
    settled.via = visit.item.url.href();
    settled.found = std::move(visit.facts.urls);
    const bool answered = visit.result.status > 0;
    // From here on `facts` counts it.
    if (std::exchange(visit.tickets.new_page, false)) --host.pages_under_way;
    if (!answered)
        ++host.facts.failures;
    else if (!visit.item.counted)
        ++host.facts.pages;
    if (visit.repeats) {
        // The host's pause is the retry's too; a failure of the URL alone doubles on its own.
        const Duration own = host.options->politeness.backoff_min *
                             (1 << std::min(visit.item.attempt, kDoublingsMax));
        const Duration pause = std::min(std::max(own, host.gate.not_before() - now),
                                        host.options->politeness.retry_after_max);
        settled.state = UrlState::due;
        settled.due_at = wall + pause;
        settled.again = visit.item;
        settled.again.counted |= answered;
        settled.again.discovered = settled.due_at;
        ++settled.again.attempt;
        if (settled.again.first_try == WallTime{}) settled.again.first_try = wall;
        // A wait that the host asks for does not count against the deadline.
        if (retry_after_of(visit)) settled.again.first_try += pause;
    } else if (const auto after = refetch_pause(visit)) {
        settled.state = UrlState::due;
        settled.due_at = wall + *after;
        settled.again = visit.item;
        settled.again.counted |= answered;
        // Only tries count that are not made for ever.
        const bool refetched = host.options->fetch.refetch_after != Duration{0};
        settled.again.attempt = refetched ? 0 : visit.item.attempt + 1;
        settled.again.first_try = WallTime{};
        settled.again.discovered = settled.due_at;
        settled.again.validators = validators_of(visit);
    } else {
        const bool is_there = visit.result.status / 100 == 2 || visit.result.status / 100 == 3;
        settled.state = is_there ? UrlState::done : UrlState::gone;
    }
    settled.host = facts_of(host);
    visit.step = Step::commit;
}

// The end of a visit that needed no request, or got no further than DNS.
Progress Crawler::settle(Visit& visit, Outcome outcome, std::string reason) {
    HostState& host = *visit.host;
    visit.outcome = outcome;
    visit.reason = std::move(reason);
    visit.result.address = visit.address;
    if (visit.kind == VisitKind::robots) {
        std::erase(host.waiting, &visit);
        visit.step = Step::judge;
    } else {
        host.next = nullptr;
        visit.repeats = worth_retrying(visit);
        settle_page(visit);
    }
    schedule(host, loop_.now());
    return Progress::proceed;
}

}  // namespace crawld
