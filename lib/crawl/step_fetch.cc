// Step fetch: one exchange with the server, and what its end teaches us about the host.
#include <algorithm>

#include "crawl/crawler.h"
#include "log/events.h"
#include "sitemap/sitemap.h"

namespace crawld {

namespace {

constexpr std::string_view kSitemapAccept =
    "application/xml, text/xml, application/rss+xml, application/atom+xml, application/gzip, "
    "text/plain, */*;q=0.5";
// A connection is kept for a host whose next request is due within this.
constexpr Duration kKeepAliveGap = seconds(15);
// Where no socket could be had: when to try again, and how often to say so.
constexpr Duration kSocketWait = seconds(1);
constexpr Duration kSocketsToldGap = minutes(1);
constexpr Duration kBodiesToldGap = minutes(1);

Duration gap_of(const Limits& limits) {
    Duration gap{0};
    for (const Window& window : limits.windows)
        gap = std::max(gap, window.period / window.count);
    return gap;
}

HostVerdict verdict_of(Outcome outcome) {
    if (outcome == Outcome::throttled) return HostVerdict::throttled;
    return is_host_failure(outcome) ? HostVerdict::failed : HostVerdict::good;
}

bool is_connect_failure(Outcome outcome) {
    return outcome == Outcome::connect_refused || outcome == Outcome::connect_timeout ||
           outcome == Outcome::connect_failed;
}

}  // namespace

Progress Crawler::step_fetch(Visit& visit) {
    if (!visit.fetch_started) {
        start_fetch(visit);
        return Progress::wait;
    }
    if (!visit.fetched) return Progress::wait;
    visit.outcome = visit.result.outcome;
    if (visit.outcome == Outcome::not_modified && visit.item.validators.empty()) {
        visit.outcome = Outcome::odd_status;
        visit.reason = "not-asked";
    }
    if (visit.outcome == Outcome::canceled && !stopping_) {
        await_socket(visit);
        return Progress::wait;
    }
    if (visit.outcome == Outcome::canceled) {
        // The URL stays queued on disk; nothing is settled.
        visit.step = Step::retire;
        return Progress::proceed;
    }
    if (try_next_address(visit)) return Progress::wait;
    learn(visit);
    visit.step = visit.kind == VisitKind::robots ? Step::judge : Step::digest;
    return Progress::proceed;
}

void Crawler::start_fetch(Visit& visit) {
    const auto settings = context_.current();
    const HostState& host = *visit.host;
    FetchRequest request;
    request.url = visit.item.url.href();
    request.host = visit.item.url.host_for_connect();
    request.port = visit.item.url.port();
    request.address = visit.address;
    request.user_agent = settings->user_agent;
    request.options = host.options->fetch;
    if (visit.kind == VisitKind::robots)
        request.options.body_max = std::min(request.options.body_max, ByteSize{kRobotsBytesMax});
    const bool more = host.has_work() || !host.exhausted;
    if (visit.item.discovery == Discovery::manifest && visit.kind == VisitKind::page) {
        request.options.body_max = ByteSize{SitemapLimits{}.bytes_max};
        request.options.accept = kSitemapAccept;
    }
    const Validators& validators = visit.item.validators;
    if (!validators.etag.empty()) request.headers.push_back({"If-None-Match", validators.etag});
    if (!validators.last_modified.empty())
        request.headers.push_back({"If-Modified-Since", validators.last_modified});
    request.keep_heads = settings->records != nullptr;
    request.keep_alive = more && gap_of(host.gate.limits()) <= kKeepAliveGap;
    visit.fetch_started = true;
    visit.sent_at = loop_.wall();
    fetcher_.start(visit.id, std::move(request));
}

void Crawler::on_first_byte(uint64_t token) {
    if (Visit* visit = find_visit(token)) answered(*visit);
}

void Crawler::on_fetched(uint64_t token, FetchResult result) {
    Visit* const found = find_visit(token);
    if (found == nullptr) return;
    Visit& visit = *found;
    answered(visit);
    visit.host->gate.finished();
    visit.domain->gate.finished();
    const uint64_t ip_key = visit.tickets.ip_key;
    tell_loops(context_.gates.finished(ip_key), ip_key);
    visit.result = std::move(result);
    visit.fetched = true;
    ready(visit);
    if (stopping_) return;
    wake_others(visit);
    schedule(*visit.host, loop_.now());
}

void Crawler::on_bodies_wait(const BodiesWait& wait) {
    const Instant now = loop_.now();
    if (now < bodies_told_at_ + kBodiesToldGap) return;
    bodies_told_at_ = now;
    context_.log.write(
        BodiesWaiting{.transfers = wait.transfers, .waits = wait.waits, .bytes = wait.held});
}

// Where no connection was made the server received nothing: the next address is tried, with a slot
// of its own, and only when all have failed does the attempt count.
bool Crawler::try_next_address(Visit& visit) {
    HostState& host = *visit.host;
    if (stopping_ || !is_connect_failure(visit.outcome)) return false;
    if (visit.address_round != host.address_round) return false;  // all have failed meanwhile
    // Of several requests to one address only the first to fail has news.
    if (host.address_index == visit.address_index) {
        ++host.address_index;
        ++host.addresses_failed;
    }
    if (host.addresses_failed >= visit.addresses) return false;
    put_back(visit);
    return true;
}

// Nothing was sent and it is not the host's fault: neither it nor the URL pays for it.
void Crawler::await_socket(Visit& visit) {
    const Instant now = loop_.now();
    if (now >= sockets_told_at_ + kSocketsToldGap) {
        sockets_told_at_ = now;
        context_.log.write(SocketsExhausted{.detail = visit.result.detail});
    }
    visit.host->gate.not_before(now + kSocketWait);
    put_back(visit);
}

// Nothing was received: the visit begins again, as the next of its host.
void Crawler::put_back(Visit& visit) {
    HostState& host = *visit.host;
    leave_slot(visit);
    if (visit.kind == VisitKind::page) {
        host.urls.push_front(std::move(visit.item));
        free_visit(visit);
    } else {
        visit.fetched = visit.fetch_started = false;
        visit.result = {};
        visit.step = Step::resolve;
        host.waiting.push_front(&visit);
    }
    schedule(host, loop_.now());
}

void Crawler::learn(Visit& visit) {
    if (visit.kind == VisitKind::page) set_proven(*visit.host, is_answered(visit.outcome));
    visit.host->facts.bytes += visit.result.bytes_wire;
    visit.host->facts.fetching += visit.result.times.total;
    visit.host->addresses_failed = 0;
    if (is_connect_failure(visit.outcome)) ++visit.host->address_round;
    // What a robots.txt says of its own host is judged with the answer (take_robots_answer), where
    // a redirect is no success; but a Retry-After beside it counts.
    const auto retry_after = retry_after_of(visit);
    const bool own_robots =
        visit.kind == VisitKind::robots && visit.errand.owner == visit.host->key;
    if (own_robots && !(visit.outcome == Outcome::redirect && retry_after)) return;
    // One page that always answers 500 says nothing about its host, nor does a connection that was
    // ended while it was idle, as the request was on its way; a run of them does.
    HostState& host = *visit.host;
    const bool stale = visit.outcome == Outcome::connection_lost && visit.result.reused_connection;
    const bool doubtful = stale || visit.outcome == Outcome::server_error;
    host.doubtful_answers = doubtful ? host.doubtful_answers + 1 : 0;
    if (doubtful && host.doubtful_answers < host.options->politeness.breaker_failures &&
        !retry_after)
        return;
    note_verdict(host, verdict_of(visit.outcome), retry_after);
}

std::optional<Duration> Crawler::retry_after_of(const Visit& visit) const {
    const bool may_have_it = visit.outcome == Outcome::throttled ||
                             visit.outcome == Outcome::redirect ||
                             visit.outcome == Outcome::server_error;
    const auto header = visit.result.header("retry-after");
    return may_have_it && header ? parse_retry_after(*header, loop_.wall()) : std::nullopt;
}

void Crawler::note_verdict(HostState& host, HostVerdict verdict,
                           std::optional<Duration> retry_after) {
    const Instant now = loop_.now();
    const auto before = host.health.state(now);
    const Instant until = host.health.observe(
        {.verdict = verdict, .retry_after = retry_after, .gap = gap_of(host.gate.limits())},
        host.options->politeness, now, prng_);
    if (until > now) {
        host.gate.not_before(until);
        const bool tripped = host.health.state(now) != HostHealth::State::closed;
        report_pause(host, until, tripped ? "breaker" : retry_after ? "retry-after" : "backoff");
    } else if (before != HostHealth::State::closed &&
               host.health.state(now) == HostHealth::State::closed) {
        context_.log.write(HostResumed{.host = host.name});
    }
    schedule(host, now);
}

}  // namespace crawld
