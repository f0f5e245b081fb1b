// Step resolve: the host's addresses, and the first that the address policy lets us contact.
#include "crawl/crawler.h"
#include "log/events.h"

namespace crawld {

namespace {

Outcome outcome_of(DnsOutcome outcome) {
    switch (outcome) {
        case DnsOutcome::found:
            return Outcome::ok;
        case DnsOutcome::not_found:
        case DnsOutcome::no_address:
            return Outcome::dns_not_found;
        case DnsOutcome::server_failure:
            return Outcome::dns_failed;
        case DnsOutcome::timed_out:
            return Outcome::dns_timeout;
    }
    return Outcome::dns_failed;
}

}  // namespace

Progress Crawler::step_resolve(Visit& visit) {
    HostState& host = *visit.host;
    if (visit.dns_pending) return Progress::wait;
    if (visit.dns_answer) {
        const DnsAnswer answer = std::move(*visit.dns_answer);
        visit.dns_answer.reset();
        return use_answer(visit, answer);
    }
    const std::string_view name = visit.item.url.host_for_connect();
    if (const auto known = resolver_.lookup(name)) return use_answer(visit, *known);
    visit.dns_pending = true;
    visit.dns_started = loop_.now();
    host.resolving = true;
    host.wait_cause = WaitCause::dns;
    resolver_.resolve(name, visit.id);
    return Progress::wait;
}

void Crawler::on_resolved(uint64_t token, const DnsAnswer& answer) {
    Visit* const found = find_visit(token);
    if (found == nullptr) return;  // given back while the query ran
    Visit& visit = *found;
    visit.host->resolving = false;
    visit.dns_pending = false;
    visit.dns = loop_.now() - visit.dns_started;
    visit.dns_answer = answer;
    ready(visit);
}

Progress Crawler::use_answer(Visit& visit, const DnsAnswer& answer) {
    HostState& host = *visit.host;
    if (answer.outcome != DnsOutcome::found || answer.addresses.empty()) {
        const Outcome outcome = answer.outcome == DnsOutcome::found ? Outcome::dns_not_found
                                                                    : outcome_of(answer.outcome);
        context_.log.write(DnsFailed{
            .visit = visit.id, .host = host.name, .outcome = std::string(to_string(outcome))});
        if (is_host_failure(outcome)) note_verdict(host, HostVerdict::failed, std::nullopt);
        return settle(visit, outcome, "");
    }
    const auto settings = context_.current();
    const size_t count = answer.addresses.size();
    std::string_view refusal;
    visit.addresses = 0;
    for (size_t i = 0; i < count; ++i) {
        const size_t index = (host.address_index + i) % count;
        const IpAddress& address = answer.addresses[index];
        const auto refused = settings->addresses->refusal(address, visit.item.url.port());
        if (!refused.empty()) {
            refusal = refused;
            continue;
        }
        if (visit.addresses++ > 0) continue;
        visit.address = address;
        visit.address_index = index;
    }
    if (visit.addresses > 0) {
        host.address_index = visit.address_index;
        visit.address_round = host.address_round;
        visit.step = visit.kind == VisitKind::page ? Step::robots : Step::slot;
        return Progress::proceed;
    }
    visit.address = answer.addresses.front();
    return settle(visit, Outcome::address_refused, std::string(refusal));
}

}  // namespace crawld
