// Steps robots and judge: no page is fetched under an unknown decision (contract D5).
//
// One fetch of robots.txt is in flight per authority; it is a visit of its own and takes its slot
// like any other request. Redirect hops may lead to other hosts, and so to other loops: the hop is
// sent to the loop that has the host, the answer comes back to the first authority's.
#include <algorithm>
#include <utility>

#include "crawl/codings.h"
#include "crawl/crawler.h"
#include "log/events.h"

namespace crawld {

namespace {

constexpr int kRobotsHopsMax = 5;  // RFC 9309 2.3.1.2
constexpr size_t kSitemapsOfHostMax = 100;

bool ignores_robots(const HostState& host, const CrawlSettings& settings) {
    return host.options->politeness.robots == RobotsMode::ignore &&
           std::find(settings.own_hosts.begin(), settings.own_hosts.end(), host.name) !=
               settings.own_hosts.end();
}

RobotsAnswer answer_of(const Visit& visit) {
    RobotsAnswer answer;
    answer.outcome = visit.outcome;
    answer.status = visit.result.status;
    answer.ttl = cache_ttl(visit.result.header_list("cache-control"));
    return answer;
}

}  // namespace

Progress Crawler::step_robots(Visit& visit) {
    const auto settings = context_.current();
    HostState& host = *visit.host;
    if (ignores_robots(host, *settings)) {
        visit.robots_line = "ignored";
        visit.step = Step::slot;
        return Progress::proceed;
    }
    const WallTime now = loop_.wall();
    RobotsEntry& entry = host.robots_of(visit.item.url.authority());
    visit.step = Step::resolve;  // after a wait the addresses may be others
    if (entry.fetching) return Progress::wait;
    if (!entry.fresh(now)) {
        if (entry.given_up(visit.item.discovered, host.options->fetch.deadline))
            return settle(visit, Outcome::robots_unreachable, "fetch.deadline");
        start_robots(host, entry, visit.item.url);
        return Progress::wait;
    }
    if (entry.verdict == RobotsVerdict::rules) return obey_robots(visit, entry);
    visit.step = Step::slot;
    return Progress::proceed;
}

Progress Crawler::obey_robots(Visit& visit, RobotsEntry& entry) {
    HostState& host = *visit.host;
    std::optional<KeptDecision> decision = decide(host, entry, visit.item.url);
    if (!decision) return Progress::wait;
    visit.robots_line = std::move(decision->line);
    if (!decision->allowed) {
        entry.used = true;
        host.decided.reset();
        return settle(visit, Outcome::robots_denied, visit.robots_line);
    }
    visit.step = Step::slot;
    return Progress::proceed;
}

void Crawler::start_robots(HostState& host, RobotsEntry& entry, const CanonicalUrl& page) {
    entry.fetching = true;
    host.wait_cause = WaitCause::robots;
    auto url = CanonicalUrl::parse(std::string(page.authority()) + "/robots.txt");
    start_robots_hop(*url, host.key, {.owner = host.key, .authority = entry.authority, .hops = 0});
}

void Crawler::start_robots_hop(const CanonicalUrl& url, HostKey key, RobotsErrand errand) {
    if (stopping_) return;
    ++exchanged_;
    HostState* host = find_host(key);
    if (host == nullptr) host = &add_host(key, std::string(url.host()));
    QueuedUrl item{.url = url, .key = url_key(url, key), .via = {}, .chunk = {}};
    item.discovered = loop_.wall();
    Visit& visit = new_visit(VisitKind::robots, *host, std::move(item));
    visit.errand = std::move(errand);
    if (visit.errand.visit == 0) visit.errand.visit = visit.id;
    host->waiting.push_back(&visit);
    if (!host->settled_in) replenish(*host);
    schedule(*host, loop_.now());
}

Progress Crawler::step_judge(Visit& visit) {
    if (!visit.digested && (has_robots_rules(visit.outcome) || is_archived(visit))) {
        if (!visit.digesting) visit.facts.bytes_body = visit.result.body.size();
        await_digest(visit);
        return Progress::wait;
    }
    visit.step = Step::commit;
    hold_rules(visit, 0);
    ++exchanged_;
    RobotsAnswer answer =
        visit.was_read ? std::exchange(visit.robots_answer, {}) : answer_of(visit);
    visit.outcome = answer.outcome;
    if (visit.was_read)
        visit.facts.bytes_body = answer.body.size();
    else if (!visit.digested)
        visit.facts.bytes_body = visit.result.body.size();
    if (!visit.digested) visit.result.drop_body();
    answer.retry_after = retry_after_of(visit);
    if (answer.retry_after)
        answer.retry_after =
            std::min(*answer.retry_after, visit.host->options->politeness.retry_after_max);
    if (visit.outcome == Outcome::redirect) {
        const auto target = redirect_target(
            visit.item.url, visit.result.header("location").value_or(std::string_view{}));
        const bool usable =
            target && target->href().size() <= visit.host->options->limits.url_bytes;
        if (usable && visit.errand.hops < kRobotsHopsMax) {
            RobotsErrand errand = visit.errand;
            ++errand.hops;
            peers_.robots_hop(*target, url_key(*target, *context_.suffixes).host, errand);
            return Progress::proceed;
        }
        answer.too_many_redirects = usable;
    }
    peers_.robots_answer(visit.errand, answer);
    return Progress::proceed;
}

Crawler::BodyReader Crawler::robots_reader(const Visit& visit) const {
    return [answer = answer_of(visit), product = context_.current()->product,
            coding = codings_of(visit.result)](std::string body) mutable {
        answer.body = std::move(body);
        return BodySaid(read_robots(std::move(answer), coding, product));
    };
}

// The sitemaps to be read because of a robots.txt that was just fetched.
std::vector<NewUrl> Crawler::sitemaps_of(const HostState& host, const RobotsEntry& entry,
                                         const CrawlSettings& settings) const {
    if (entry.first_failure_at != WallTime{}) return {};  // an old copy's are known already
    const SitemapOptions& options = host.options->sitemaps;
    std::vector<std::string> named;
    if (options.robots && entry.rules) named = entry.rules->sitemaps();
    if (options.well_known && named.empty()) named.push_back("/sitemap.xml");
    if (named.size() > kSitemapsOfHostMax) named.resize(kSitemapsOfHostMax);
    LinkResolver resolver(Url::parse(entry.authority).value());
    resolver.url_bytes_max = host.options->limits.url_bytes;
    resolver.rules = settings.canonical.get();
    std::vector<NewUrl> found;
    for (const std::string& reference : named) {
        auto url = resolver.resolve(reference);
        if (!url || !settings.scope->check(*url).empty()) continue;
        const UrlKey key = url_key(*url, *context_.suffixes);
        found.push_back({.url = *std::move(url),
                         .key = key,
                         .priority = Priority::seed,
                         .discovery = Discovery::manifest});
    }
    return found;
}

void Crawler::take_robots_answer(const RobotsErrand& errand, const RobotsAnswer& answer) {
    ++exchanged_;
    HostState* host = find_host(errand.owner);
    if (host == nullptr) return;
    const auto settings = context_.current();
    RobotsEntry& entry = host->robots_of(errand.authority);
    const RobotsRecord record =
        judge_robots(entry, answer, host->options->politeness.robots_ttl_max, loop_.wall());
    ++entry.unstored;
    count_rules(*host, entry);
    host->gate.set_limits(limits_of(*host), loop_.now());
    // Without an answer nothing may be fetched: the host pauses like one that does not answer.
    const HostVerdict verdict = entry.first_failure_at == WallTime{}   ? HostVerdict::good
                                : answer.outcome == Outcome::throttled ? HostVerdict::throttled
                                                                       : HostVerdict::failed;
    note_verdict(*host, verdict, answer.retry_after);
    context_.log.write(
        RobotsSettled{.visit = errand.visit,
                      .authority = entry.authority,
                      .verdict = std::string(to_string(entry.verdict)),
                      .status = static_cast<uint32_t>(answer.status),
                      .outcome = std::string(to_string(answer.outcome)),
                      .rules = entry.rule_count,
                      .crawl_delay_s = entry.crawl_delay ? to_seconds(*entry.crawl_delay) : 0,
                      .expires = entry.expires_at,
                      .usage = entry.rules ? entry.rules->usage() : ""});
    group_.robots.push_back(
        {errand.authority, errand.owner, record, sitemaps_of(*host, entry, *settings)});
    if (group_since_ == kNever) group_since_ = loop_.now();
    fit_rules();
    schedule(*host, loop_.now());
}

}  // namespace crawld
