// Events of a visit and its host: the crawl log of design.md section 10, line by line.
#include "base/fingerprint.h"
#include "crawl/crawler.h"
#include "log/events.h"

namespace crawld {

namespace {

// Heritrix's letters for how a URL was found; a seed has none.
std::string path_letter(Discovery discovery) {
    switch (discovery) {
        case Discovery::seed:
            return "";
        case Discovery::link:
            return "L";
        case Discovery::redirect:
            return "R";
        case Discovery::embed:
            return "E";
        case Discovery::manifest:
            return "M";
    }
    return "";
}

std::string lastmod_text(WallTime lastmod) {
    return lastmod == WallTime{} ? std::string() : to_rfc3339(lastmod);
}

FetchSettled fetch_event(const Visit& visit, WallTime now) {
    const FetchResult& result = visit.result;
    const QueuedUrl& item = visit.item;
    const Duration on_its_way = visit.wait + result.times.total;
    const WallTime since = item.discovered;
    const Duration queued = now - since > on_its_way ? now - since - on_its_way : Duration{0};
    return {.visit = visit.id,
            .url = item.url.href(),
            .host = visit.host->name,
            .ip = visit.tickets.taken ? result.address.to_string() : std::string(),
            .status = static_cast<uint32_t>(result.status),
            .outcome = std::string(to_string(visit.outcome)),
            .code = heritrix_code(visit.outcome, result.status),
            .reason = visit.reason,
            .bytes_wire = result.bytes_wire,
            .bytes_body = visit.facts.bytes_body,
            .mime = visit.facts.mime,
            .charset = visit.facts.charset,
            .http_version = result.http_version,
            .tls = result.tls,
            .t_queue_ms = in_ms(queued),
            .t_wait_ms = in_ms(visit.wait),
            .wait_cause = std::string(to_string(visit.wait_cause)),
            .t_dns_ms = in_ms(visit.dns),
            .t_connect_ms = in_ms(result.times.connect),
            .t_tls_ms = in_ms(result.times.tls),
            .t_ttfb_ms = in_ms(result.times.first_byte),
            .t_total_ms = in_ms(result.times.total),
            .attempt = item.attempt + 1,
            .depth = item.depth,
            .via = item.via,
            .path = visit.kind == VisitKind::robots ? "P" : path_letter(item.discovery),
            .digest = visit.facts.digest,
            .links_found = visit.facts.links_found,
            .links_new = visit.settled.links_new,
            .parser = visit.facts.parser,
            .robots = visit.robots_line,
            .kind = std::string(to_string(visit.kind)),
            .warc_file = visit.archived.file,
            .warc_offset = visit.archived.place.offset,
            .detail = result.detail.empty() ? visit.facts.detail : result.detail,
            .directives = to_string(visit.facts.directives),
            .dropped = to_string(visit.dropped),
            .canonical = visit.facts.canonical,
            .usage = visit.facts.usage,
            .links_left_out = to_string(visit.facts.left_out),
            .simhash = visit.facts.simhash == 0 ? std::string() : to_hex(visit.facts.simhash),
            .copy = std::string(to_string(visit.copy)),
            .sitemap_lastmod = lastmod_text(item.lastmod),
            .alternates = visit.facts.alternates};
}

void count(TallyCounts& counts, const Visit& visit) {
    if (visit.kind == VisitKind::robots) {
        ++counts.robots_fetches;
        counts.bytes_wire += visit.result.bytes_wire;
        return;
    }
    ++counts.outcomes[static_cast<size_t>(visit.outcome)];
    counts.bytes_wire += visit.result.bytes_wire;
    counts.bytes_body += visit.facts.bytes_body;
    counts.links_found += visit.facts.links_found;
    counts.links_new += visit.settled.links_new;
    counts.links_left_out.add(visit.facts.left_out);
}

}  // namespace

void Crawler::report(Visit& visit) const {
    const HostState& host = *visit.host;
    context_.tally.change([&](TallyCounts& counts) { count(counts, visit); });
    if (visit.result.status > 0) context_.tally.count_answer(host.key);
    if (!is_withheld(visit.outcome) || visit.kind == VisitKind::robots) {
        context_.log.write(fetch_event(visit, loop_.wall()));
        return;
    }
    const bool by_robots =
        visit.outcome == Outcome::robots_denied || visit.outcome == Outcome::robots_unreachable;
    context_.tally.count_reason(by_robots ? to_string(visit.outcome)
                                          : std::string_view(visit.reason));
    context_.log.write(UrlSkipped{.visit = visit.id,
                                  .url = visit.item.url.href(),
                                  .host = host.name,
                                  .outcome = std::string(to_string(visit.outcome)),
                                  .code = heritrix_code(visit.outcome, 0),
                                  .reason = visit.reason,
                                  .depth = visit.item.depth,
                                  .via = visit.item.via});
}

void Crawler::report_pause(const HostState& host, Instant until, std::string_view cause) const {
    const WallTime wall = loop_.wall() + (until - loop_.now());
    if (cause == "breaker")
        context_.log.write(HostSlept{.host = host.name,
                                     .cause = std::string(cause),
                                     .until = wall,
                                     .failures = host.health.failures()});
    else
        context_.log.write(HostPaused{.host = host.name,
                                      .cause = std::string(cause),
                                      .until = wall,
                                      .failures = host.health.failures()});
}

}  // namespace crawld
