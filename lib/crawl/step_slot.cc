// Step slot: the windows of all keys at once: host, domain, address, process (contract P1, P2).
#include <algorithm>

#include "crawl/crawler.h"

namespace crawld {

// When the host may send its next request; `cause` says which limit decides. Without an address
// the gates that are shared by all loops are not asked. Where others wait for a gate, it waits
// behind them: first for its domain, then for its address, then for the process.
Instant Crawler::slot_opens(const HostState& host, std::optional<uint64_t> ip_key,
                            WaitCause& cause) {
    const Instant now = loop_.now();
    Instant opens = kAlways;
    const auto later = [&](Instant when, WaitCause why) {
        if (when <= opens || when <= now) return;
        opens = when;
        cause = why;
    };
    later(host.gate.not_before(), host.health.state(now) == HostHealth::State::closed
                                      ? WaitCause::backoff
                                      : WaitCause::breaker);
    later(host.gate.opens_at(now), WaitCause::host);
    later(host.health.sleeps_until(), WaitCause::breaker);
    // Half-open: one probe decides, the others wait for its end.
    const bool half_open = host.health.state(now) == HostHealth::State::half_open;
    if (half_open && !host.health.may_start(now, host.gate.in_flight()))
        later(kNever, WaitCause::breaker);
    later(host.domain->gate.opens_at(now), WaitCause::domain);
    if (!host.proven && unproven_under_way_ >= unproven_max()) later(kNever, WaitCause::reserve);
    if (ip_key) {
        const SharedGates::Opening shared = context_.gates.opens_at(*ip_key, now, index_);
        later(shared.at, shared.global ? WaitCause::global : WaitCause::ip);
    }
    if (opens > now) return opens;
    // All gates are open. Whose turn it is in one list does not wait again for those of the lists
    // before it: two lists could send their first hosts to the end of each other for ever.
    const Queue turn = turn_of(host);
    const auto wait_behind = [&](Queue queue, const WaitList& list, WaitCause why) {
        if (turn < queue && !list.empty()) later(kNever, why);
    };
    wait_behind(Queue::domain, host.domain->waiting, WaitCause::domain);
    const WaitList* list = ip_key ? ip_waiting_.find(*ip_key) : nullptr;
    if (list != nullptr) wait_behind(Queue::ip, *list, WaitCause::ip);
    wait_behind(Queue::process, process_list(host),
                host.proven ? WaitCause::global : WaitCause::reserve);
    return opens;
}

// Up to a quarter of the slots is for hosts whose last page came whole, one for each: however many
// are silent, and hold a slot for as long as a time-out takes, those that answer keep their rate.
size_t Crawler::unproven_max() const {
    const size_t slots = context_.current()->slots;
    return std::max<size_t>(1, slots - std::min(slots / 4, proven_hosts_));
}

void Crawler::set_proven(HostState& host, bool proven) {
    if (proven && !host.proven) ++proven_hosts_;
    if (!proven && host.proven) --proven_hosts_;
    host.proven = proven;
}

Progress Crawler::step_slot(Visit& visit) {
    HostState& host = *visit.host;
    const uint64_t ip_key = visit.address.limiter_key();
    host.ip_key = ip_key;
    WaitCause cause = WaitCause::none;
    Instant opens = slot_opens(host, ip_key, cause);
    if (opens <= loop_.now() && !context_.gates.try_take(ip_key, loop_.now())) {
        opens = loop_.now() + milliseconds(1);  // another loop was faster, or has the last page
        cause = WaitCause::ip;
    }
    if (opens > loop_.now()) {
        // A page goes back to the head of its queue; a robots.txt keeps its place before it.
        if (visit.kind == VisitKind::page)
            give_back(visit);
        else
            visit.step = Step::resolve;
        park(host, opens, cause);
        return Progress::wait;
    }
    visit.tickets.ip_key = ip_key;
    take_slot(visit);
    visit.step = Step::fetch;
    return Progress::proceed;
}

void Crawler::take_slot(Visit& visit) {
    HostState& host = *visit.host;
    const Instant now = loop_.now();
    host.gate.take(now);
    host.domain->gate.take(now);
    visit.domain = host.domain;
    visit.tickets.taken = true;
    visit.tickets.unproven = !host.proven;
    if (!host.proven) ++unproven_under_way_;
    visit.dispatched = now;
    visit.wait = now - visit.entered;
    visit.wait_cause = host.wait_cause;
    host.wait_cause = WaitCause::none;
    ++under_way_;
    if (visit.kind == VisitKind::page) {
        host.next = nullptr;
        host.decided.reset();
        visit.tickets.new_page = !visit.item.counted;
        if (visit.tickets.new_page) ++host.pages_under_way;
        host.robots_of(visit.item.url.authority()).used = true;
    } else {
        std::erase(host.waiting, &visit);  // a retry may have gone to the front meanwhile
    }
    host.waits_since = host.has_work() ? now : kAlways;
    leave_list(host);
    host.ip_key.reset();
    // Room may be left for one more of those who wait.
    wake_others(visit);
    offer_shared_room(std::nullopt);
    schedule(host, now);
}

void Crawler::give_back(Visit& visit) {
    HostState& host = *visit.host;
    host.next = nullptr;
    host.urls.push_front(std::move(visit.item));
    free_visit(visit);
}

// f(k) of the slot rule: the first byte, or the proof that none will come.
void Crawler::answered(Visit& visit) {
    if (!visit.tickets.taken || visit.tickets.answered) return;
    const Instant now = loop_.now();
    visit.tickets.answered = true;
    visit.host->gate.answered(now, visit.dispatched);
    visit.domain->gate.answered(now, visit.dispatched);
    const uint64_t ip_key = visit.tickets.ip_key;
    tell_loops(context_.gates.answered(ip_key, now, visit.dispatched), ip_key);
    if (stopping_) return;
    wake_others(visit);
    offer_shared_room(std::nullopt);
    schedule(*visit.host, now);
}

// The visit is committed, or has come to nothing: the process has room for another.
void Crawler::leave_slot(Visit& visit) {
    if (!visit.tickets.taken) return;
    if (visit.tickets.unproven) --unproven_under_way_;
    if (visit.tickets.new_page) --visit.host->pages_under_way;
    visit.tickets = {};
    --under_way_;
    tell_loops(context_.gates.retired(), 0);
    if (!stopping_) offer_shared_room(std::nullopt);
}

}  // namespace crawld
