// Step digest: what the response says. Bodies are read on the workers.
#include <algorithm>

#include "base/text.h"
#include "crawl/codings.h"
#include "crawl/crawler.h"
#include "crawl/page_sink.h"
#include "crawl/sitemap_digest.h"
#include "log/events.h"

namespace crawld {

namespace {

// Whether there is a body in which links may be found; of a cut one they are taken as far as it
// goes.
bool has_page(const Visit& visit) {
    const bool readable = visit.outcome == Outcome::ok || visit.outcome == Outcome::truncated ||
                          visit.outcome == Outcome::body_too_large;
    return readable && visit.result.status / 100 == 2;
}

bool is_sitemap(const Visit& visit) {
    return has_page(visit) && visit.item.discovery == Discovery::manifest;
}

// Bytes of the URLs that its body may bring.
uint64_t found_most(const Visit& visit) {
    if (visit.kind == VisitKind::robots) return 0;
    return found_bytes_max(is_sitemap(visit) ? kListedMax : visit.host->options->html.links_max);
}

// What a host says where there is no page: pages that say the same are none either.
bool has_error_page(const Visit& visit) {
    return visit.outcome == Outcome::client_error && !visit.result.body.empty() &&
           (visit.result.status == 404 || visit.result.status == 410);
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

// Of what is not to be archived the response is there, but for its body: each visit has its record.
// WARC/1.1 5.13 knows no reason of that kind, but "unspecified". Nothing refers to it later.
FinishedExchange without_body(FinishedExchange exchange) {
    exchange.truncation = Truncation::unspecified;
    exchange.earlier = {};
    return exchange;
}

std::string header_or_empty(const FetchResult& result, std::string_view name) {
    return std::string(result.header(name).value_or(std::string_view{}));
}

}  // namespace

Progress Crawler::step_digest(Visit& visit) {
    if (!visit.digested) {
        if (visit.digesting) return Progress::wait;
        visit.repeats = worth_retrying(visit);
        const bool read = has_page(visit) || has_error_page(visit);
        if (!read) note_unread(visit);
        if (read || is_archived(visit)) {
            await_digest(visit);
            return Progress::wait;
        }
        visit.result.drop_body();
    } else if (visit.was_read) {
        found_held_ -= visit.found_held - visit.facts.found_bytes;
        visit.found_held = visit.facts.found_bytes;  // until it is committed
        if (visit.outcome == Outcome::ok) visit.outcome = outcome_of(visit.facts.verdict);
        watch_content(visit);
    }
    settle_page(visit);
    return Progress::proceed;
}

// Of a response in whose body nothing is looked for.
void Crawler::note_unread(Visit& visit) {
    if (visit.outcome == Outcome::redirect) return follow_redirect(visit);
    visit.facts.mime = mime_essence(visit.result.header_list("content-type"));
    visit.facts.bytes_body = visit.result.body.size();
}

void Crawler::await_digest(Visit& visit) {
    if (visit.digesting) return;
    visit.digesting = true;
    if (!digest_backlog_.empty() || !submit_digest(visit)) digest_backlog_.push_back(visit.id);
}

// An attempt that will be repeated is none of the visits that are archived. A robots.txt is asked
// for anew, whatever it answered.
bool Crawler::is_archived(const Visit& visit) const {
    return context_.current()->records != nullptr && visit.result.status > 0 &&
           (visit.kind == VisitKind::robots || !visit.repeats);
}

FinishedExchange Crawler::finished_exchange(Visit& visit) {
    FetchResult& result = visit.result;
    FinishedExchange finished{.url = visit.item.url,
                              .sent_at = visit.sent_at,
                              .address = result.address,
                              .http_version = result.http_version,
                              .tls = result.tls,
                              .cipher_suite = result.cipher_suite,
                              .request_head = std::move(result.request_head),
                              .response_head = std::move(result.response_head),
                              .status = result.status,
                              .content_type = result.header_list("content-type"),
                              .has_coding = result.header("content-encoding").has_value(),
                              .outcome = visit.outcome,
                              .truncation = truncation_of(result),
                              .times = result.times,
                              .via = visit.item.via,
                              .redirect = visit.facts.urls,  // of a body none is found yet
                              .earlier = visit.item.archived};
    for (RecordId& id : finished.ids)
        id = {prng_.next(), prng_.next()};
    return finished;
}

// Whether it is one of the pages that `pages` lists.
bool Crawler::has_line(const Visit& visit) const {
    return context_.current()->lists_pages && visit.kind == VisitKind::page && has_page(visit) &&
           !is_sitemap(visit) && !visit.repeats;
}

// What is to be found in a body; null: nothing.
Crawler::BodyReader Crawler::reader_of(const Visit& visit) const {
    if (visit.kind == VisitKind::robots)
        return has_robots_rules(visit.outcome) ? robots_reader(visit) : nullptr;
    return has_page(visit) || has_error_page(visit) ? page_reader(visit) : nullptr;
}

// A body on its way through a worker, with what is made of it.
struct Crawler::BodyWork {
    std::string body;
    BodyLease lease;
    BodyReader read;                       // null: nothing is looked for
    std::shared_ptr<RecordMaker> records;  // null: nothing is archived
    bool has_line = false;                 // in the files of pages
    PageDirectives asked;                  // by headers so far
    PageDirectives obeyed;                 // if they are asked for
    FinishedExchange finished;

    Digested run(uint64_t visit);
};

Crawler::Digested Crawler::BodyWork::run(uint64_t visit) {
    Digested done{.visit = visit, .said = {}, .archived = {}, .dropped = {}, .lease = {}};
    const bool has_body = !body.empty();
    if (records) done.archived = records->make(finished, body);
    if (read) done.said = read(std::move(body));
    const auto* facts = std::get_if<PageFacts>(&done.said);
    if (facts != nullptr) asked.merge(facts->directives);
    done.dropped.noarchive = records && has_body && asked.noarchive && obeyed.noarchive;
    done.dropped.noindex = has_line && asked.noindex && obeyed.noindex;
    if (done.dropped.noarchive) done.archived = records->make(without_body(finished), {});
    if (records) {
        records->add_metadata(finished, facts, done.archived);
        done.lease = std::move(lease);  // the records may be as long as the body
    }
    if (has_line && facts != nullptr && !done.dropped.noindex)
        done.archived.page_line = begin_page_line(finished, *facts);
    body = {};
    lease.end();
    return done;
}

// Hands the body to the workers; false: their queue is full, or there is no room for what it may
// bring.
bool Crawler::submit_digest(Visit& visit) {
    BodyReader read = reader_of(visit);
    const uint64_t found = read ? found_most(visit) : 0;
    const uint64_t held_max = found_held_max(visit.host->options->html.links_max);
    if (found > 0 && found_held_ > 0 && found_held_ + found > held_max) return false;
    if (read && visit.kind == VisitKind::robots && !has_room_for_rules()) return false;
    FetchResult& result = visit.result;
    const auto work = std::make_shared<BodyWork>();
    work->read = std::move(read);
    const bool archived = is_archived(visit);
    const auto settings = context_.current();
    work->obeyed = settings->obeyed;
    if (visit.kind == VisitKind::page)
        work->asked = header_directives(result.headers, settings->product);
    work->has_line = has_line(visit);
    if (archived) work->records = settings->records;
    if (archived || work->has_line) work->finished = finished_exchange(visit);
    work->body = std::move(result.body);
    work->lease = std::move(result.lease);
    const bool accepted = workers_.try_submit(
        [work, id = visit.id, address = digested_.address()] { address.put(work->run(id)); });
    if (!accepted) {
        result.body = std::move(work->body);
        result.lease = std::move(work->lease);
        result.request_head = std::move(work->finished.request_head);
        result.response_head = std::move(work->finished.response_head);
        return false;
    }
    visit.found_held = found;
    found_held_ += found;
    if (visit.kind == VisitKind::robots) hold_rules(visit, kRobotsRulesOfFile);
    return true;
}

Crawler::BodyReader Crawler::page_reader(const Visit& visit) const {
    const auto settings = context_.current();
    auto request = std::make_shared<DigestRequest>(
        DigestRequest{.url = visit.item.url,
                      .depth = visit.item.depth,
                      .hops = visit.item.hops,
                      .content_type = visit.result.header_list("content-type"),
                      .content_encoding = codings_of(visit.result),
                      .headers = take_page_headers(visit.result.headers),
                      .body = {},
                      .options = visit.host->options,
                      .scope = settings->scope,
                      .suffixes = context_.suffixes,
                      .canonical = settings->canonical,
                      .product = settings->product,
                      .is_page = has_page(visit),
                      .summarize = has_line(visit),
                      .named_sitemap = visit.item.discovery == Discovery::manifest});
    return [request](std::string body) {
        request->body = std::move(body);
        return BodySaid(digest_body(std::move(*request)));
    };
}

// Marks copies, and notes where there is nothing new.
void Crawler::watch_content(Visit& visit) {
    PageFacts& facts = visit.facts;
    const auto finding = content_.note({.key = visit.item.key,
                                        .path_and_query = visit.item.url.path_and_query(),
                                        .content = facts.content,
                                        .simhash = facts.simhash,
                                        .error = visit.outcome == Outcome::client_error});
    visit.copy = finding.copy;
    for (const auto& [prefix, demoted, share] : finding.turns) {
        const PrefixTurn turn{.host = visit.host->name, .prefix = prefix, .share = share};
        if (demoted)
            context_.log.write(PrefixDemoted{turn});
        else
            context_.log.write(PrefixRestored{turn});
    }
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
    if (target->href().size() > visit.host->options->limits.url_bytes) {
        visit.reason = "limits.url_bytes";
        return;
    }
    if (const auto refusal = settings->scope->check(*target); !refusal.empty()) {
        visit.reason = refusal;
        visit.facts.left_out.add(refusal);
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

}  // namespace crawld
