// Step digest: what the response says, and what becomes of the URL. Bodies are read on the workers.
#include <algorithm>

#include "base/text.h"
#include "crawl/crawler.h"
#include "crawl/sitemap_digest.h"

namespace crawld {

namespace {

// A longer one is a cookie rather than a version.
constexpr size_t kValidatorBytesMax = 256;

// Whether there is a body in which links may be found; of a cut one they are taken as far as it
// goes.
bool has_page(const Visit& visit) {
    const bool readable = visit.outcome == Outcome::ok || visit.outcome == Outcome::truncated ||
                          visit.outcome == Outcome::body_too_large;
    return readable && visit.result.status / 100 == 2;
}

// A body that came whole, but whose content coding did not decode whole. Links in what was decoded
// count all the same.
Outcome outcome_of(DecodeVerdict verdict) {
    switch (verdict) {
        case DecodeVerdict::whole:
            return Outcome::ok;
        case DecodeVerdict::capped:
            return Outcome::body_too_large;
        case DecodeVerdict::truncated:
        case DecodeVerdict::corrupt:
        case DecodeVerdict::unknown:
            return Outcome::undecodable;
    }
    return Outcome::undecodable;
}

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

std::string header_or_empty(const FetchResult& result, std::string_view name) {
    return std::string(result.header(name).value_or(std::string_view{}));
}

}  // namespace

Progress Crawler::step_digest(Visit& visit) {
    if (visit.digested) {
        if (visit.outcome == Outcome::ok) visit.outcome = outcome_of(visit.facts.verdict);
        settle_page(visit);
        return Progress::proceed;
    }
    if (visit.outcome == Outcome::redirect) {
        follow_redirect(visit);
        settle_page(visit);
        return Progress::proceed;
    }
    if (!has_page(visit)) {
        visit.facts.mime = mime_essence(header_or_empty(visit.result, "content-type"));
        visit.facts.bytes_body = visit.result.body.size();
        settle_page(visit);
        return Progress::proceed;
    }
    if (visit.digesting) return Progress::wait;
    visit.digesting = true;
    if (!submit_digest(visit)) digest_backlog_.push_back(visit.id);
    return Progress::wait;
}

bool Crawler::submit_digest(Visit& visit) {
    const auto settings = context_.current();
    auto request = std::make_shared<DigestRequest>(
        DigestRequest{.url = visit.item.url,
                      .depth = visit.item.depth,
                      .content_type = header_or_empty(visit.result, "content-type"),
                      .content_encoding = header_or_empty(visit.result, "content-encoding"),
                      .headers = take_page_headers(visit.result.headers),
                      .body = std::move(visit.result.body),
                      .options = visit.host->options,
                      .scope = settings->scope,
                      .suffixes = context_.suffixes,
                      .canonical = settings->canonical,
                      .product = settings->product});
    const auto digest =
        visit.item.discovery == Discovery::manifest ? &digest_sitemap : &digest_page;
    const bool accepted =
        workers_.try_submit([request, digest, id = visit.id, address = digested_.address()] {
            address.put({id, digest(std::move(*request))});
        });
    if (!accepted) visit.result.body = std::move(request->body);
    return accepted;
}

// The target is a URL like any other: scope, robots and windows are asked when its turn comes.
void Crawler::follow_redirect(Visit& visit) {
    const QueuedUrl& from = visit.item;
    const auto settings = context_.current();
    const auto target = redirect_target(from.url, header_or_empty(visit.result, "location"),
                                        settings->canonical.get());
    if (!target) {
        visit.reason = "redirect-unusable";
        return;
    }
    if (from.hops >= visit.host->options->fetch.redirects_max) {
        visit.reason = "fetch.redirects_max";
        return;
    }
    if (const auto refusal = settings->scope->check(*target); !refusal.empty()) {
        visit.reason = refusal;
        return;
    }
    visit.facts.urls.push_back({.url = *target,
                                .key = url_key(*target, *context_.suffixes),
                                .priority = Priority::urgent,
                                .discovery = from.discovery == Discovery::manifest
                                                 ? Discovery::manifest  // still read as a sitemap
                                                 : Discovery::redirect,
                                .depth = from.depth,
                                .hops = static_cast<uint8_t>(from.hops + 1)});
}

bool Crawler::worth_retrying(const Visit& visit) const {
    const FetchOptions& options = visit.host->options->fetch;
    if (!is_transient(visit.outcome) || visit.item.attempt >= options.retries) return false;
    const WallTime first = visit.item.first_try == WallTime{} ? loop_.wall() : visit.item.first_try;
    return loop_.wall() - first < options.deadline;
}

// Known URLs that are fetched again: what was there, and what may be there next time.
bool Crawler::worth_refetching(const Visit& visit) const {
    if (visit.host->options->fetch.refetch_after == Duration{0}) return false;
    const int status = visit.result.status;
    return (status >= 200 && status < 400) || is_transient(visit.outcome);
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
    if (visit.tickets.taken) --host.pages_under_way;  // from here on `facts` counts it
    if (visit.result.status > 0) {
        ++host.facts.pages;
    } else {
        ++host.facts.failures;
    }
    if (worth_retrying(visit)) {
        // The host's pause is the retry's too; a failure of the URL alone doubles on its own.
        const Duration own = host.options->politeness.backoff_min * (1 << visit.item.attempt);
        const Duration pause = std::min(std::max(own, host.gate.not_before() - now),
                                        host.options->politeness.retry_after_max);
        settled.state = UrlState::due;
        settled.due_at = wall + pause;
        settled.again = visit.item;
        ++settled.again.attempt;
        if (settled.again.first_try == WallTime{}) settled.again.first_try = wall;
    } else if (worth_refetching(visit)) {
        settled.state = UrlState::due;
        settled.due_at = wall + host.options->fetch.refetch_after;
        settled.again = visit.item;
        settled.again.attempt = 0;
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
        settle_page(visit);
    }
    schedule(host, loop_.now());
    return Progress::proceed;
}

}  // namespace crawld
