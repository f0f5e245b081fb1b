// Hosts in and out of memory, and the schedule that says whose turn it is.
#include <algorithm>
#include <utility>

#include "crawl/crawler.h"

namespace crawld {

namespace {

// A host is told to leave memory only for a pause that is worth a load.
constexpr Duration kLongPause = seconds(60);
// After a reload; a turn comes soon again.
constexpr size_t kRenewalsPerTurn = 128;

}  // namespace

HostState* Crawler::find_host(HostKey key) {
    const auto* found = hosts_.find(key);
    return found == nullptr ? nullptr : found->get();
}

std::shared_ptr<SharedGate> Crawler::domain_gate(const std::string& host_name) {
    const std::string domain(context_.suffixes->registrable_domain(host_name));
    const LimitOptions& options = context_.current()->hosts->for_host(domain)->politeness.domain;
    return kept_.domain(domain, {options.windows, options.concurrency}, loop_.now());
}

Limits Crawler::limits_of(const HostState& host) const {
    const PolitenessOptions& options = host.options->politeness;
    Limits limits{options.host.windows, options.host.concurrency};
    Duration delay{0};
    for (const RobotsEntry& entry : host.robots)
        if (entry.crawl_delay)
            delay = std::max(delay, std::min(*entry.crawl_delay, options.crawl_delay_max));
    if (delay > Duration{0} && options.robots == RobotsMode::obey)
        limits.windows.push_back({.count = 1, .period = delay});
    return limits;
}

HostState& Crawler::add_host(HostKey key, std::string name) {
    const auto settings = context_.current();
    auto options = settings->hosts->for_host(name);
    auto host = std::make_unique<HostState>(key, std::move(name), Limits{});
    host->options = std::move(options);
    host->reloads = reloads_;
    host->domain = domain_gate(host->name);
    KeptHost kept =
        kept_.take(key, limits_of(*host), longest_pause(host->options->politeness), loop_.now());
    host->gate = std::move(kept.gate);
    host->health = kept.health;
    HostState& reference = *host;
    hosts_.emplace(key, std::move(host));
    return reference;
}

void Crawler::wake(const HostWake& wake) {
    if (stopping_) return;
    ++exchanged_;
    HostState* host = find_host(wake.key);
    if (host == nullptr) {
        if (hosts_.size() >= context_.current()->hosts_loaded_max) return;  // stays asleep
        host = &add_host(wake.key, wake.name);
    }
    host->woken = true;
    host->exhausted = false;
    if (host->loading)
        host->more_arrived = true;
    else
        replenish(*host);
}

void Crawler::replenish(HostState& host) {
    const size_t want = context_.current()->urls_per_host_loaded;
    if (stopping_ || host.loading || host.exhausted || host.urls.size() * 2 > want) return;
    size_t held = 0;
    for (const QueuedUrl& url : host.urls)
        held += memory_of(url);
    const size_t bytes = want * kLoadedUrlBytes;
    if (held * 2 > bytes) return;
    LoadRequest request{.host = host.key,
                        .woken = host.woken,
                        .most = {want - host.urls.size(), bytes - held},
                        .robots_known = {}};
    for (const RobotsEntry& entry : host.robots)
        request.robots_known.push_back(entry.authority);
    host.loading = committer_.load(std::move(request), loop_,
                                   [this](LoadReply reply) { take_load(std::move(reply)); });
    if (!host.loading) schedule(host, loop_.now() + milliseconds(10));
}

void Crawler::settle_in(HostState& host, const HostFacts& facts) {
    host.facts = facts;
    host.facts.name = host.name;
    const Instant now = loop_.now();
    const WallTime wall = loop_.wall();
    if (!facts.politeness.empty() && host.health.failures() == 0)
        host.health = HostHealth::restore(facts.politeness, now, wall);
    set_proven(host, facts.pages > 0 && host.health.failures() == 0);
    const Duration longest = longest_pause(host.options->politeness);
    if (facts.not_before > wall)
        host.gate.not_before(now + std::min(facts.not_before - wall, longest));
}

void Crawler::take_load(LoadReply reply) {
    HostState* host = find_host(reply.host);
    if (host == nullptr) return;
    const bool first = !host->settled_in;
    host->loading = false;
    host->exhausted = reply.load.exhausted && !host->more_arrived;
    host->more_arrived = false;
    if (first) settle_in(*host, reply.load.facts);
    host->settled_in = true;
    for (RobotsEntry& loaded : reply.robots) {
        if (host->find_robots(loaded.authority) != nullptr) continue;
        host->robots.push_back(std::move(loaded));
        count_rules(*host, host->robots.back());
    }
    fit_rules();
    const Limits limits = limits_of(*host);
    if (limits != host->gate.limits()) host->gate.set_limits(limits, loop_.now());
    // What comes first goes ahead of what was loaded before it.
    auto& loaded = reply.load.urls;
    host->urls.insert(host->urls.end(), std::make_move_iterator(loaded.begin()),
                      std::make_move_iterator(loaded.end()));
    const auto earlier = [](const QueuedUrl& a, const QueuedUrl& b) {
        return a.priority < b.priority;
    };
    if (!std::is_sorted(host->urls.begin(), host->urls.end(), earlier))
        std::stable_sort(host->urls.begin(), host->urls.end(), earlier);
    if (host->has_work() && host->waits_since == kAlways) host->waits_since = loop_.now();
    schedule(*host, loop_.now());
}

void Crawler::schedule(HostState& host, Instant when) {
    if (host.scheduled_at <= when) return;
    host.scheduled_at = when;
    schedule_.push({when, host.key});
}

// The page at the head of the queue, or what goes before it; null if there is nothing to do now.
Visit* Crawler::next_visit(HostState& host) {
    if (!host.waiting.empty()) return host.waiting.front();
    if (host.next != nullptr) return host.next;
    if (host.urls.empty()) return nullptr;
    QueuedUrl item = std::move(host.urls.front());
    host.urls.pop_front();
    replenish(host);
    host.next = &new_visit(VisitKind::page, host, std::move(item));
    if (host.waits_since != kAlways) host.next->entered = host.waits_since;
    return host.next;
}

// One look at a host whose time has come. Who was called from a wait list and did not stay there
// leaves the room to the next.
void Crawler::consider(HostState& host) {
    const HostKey key = host.key;
    const bool called = was_called(host);
    host.parked = false;
    look_at(host);
    HostState* const after = called ? find_host(key) : nullptr;
    if (after != nullptr && !after->parked) leave_list(*after);
}

// Its next visit goes as far as it can. May release the host.
void Crawler::look_at(HostState& host) {
    const HostKey key = host.key;
    renew(host);
    if (!host.settled_in) {
        replenish(host);
        return;
    }
    if (!host.has_work()) {
        host.waits_since = kAlways;
        replenish(host);
        maybe_release(host);
        return;
    }
    // Who cannot go now needs no visit: the host comes back when its own gate opens.
    WaitCause cause = WaitCause::none;
    const Instant opens = slot_opens(host, host.ip_key, cause);
    if (opens > loop_.now()) {
        park(host, opens, cause);
        return;
    }
    Visit& visit = *next_visit(host);
    const uint64_t id = visit.id;
    advance(visit);
    if (find_host(key) == nullptr || host.parked) return;
    const bool waits = visits_.contains(id) && visit.step < Step::fetch;
    const bool robots_goes_ahead = !host.waiting.empty() && host.waiting.front() != &visit;
    if (!waits || robots_goes_ahead) schedule(host, loop_.now());
}

// The host waits for its next slot: until a time, or until a request of another ends. May release
// the host.
void Crawler::park(HostState& host, Instant opens, WaitCause cause) {
    host.parked = true;
    host.wait_cause = cause;
    const bool far = opens != kNever && opens - loop_.now() > kLongPause && host.visits == 0;
    const bool crowded = hosts_.size() * 4 > 3 * context_.current()->hosts_loaded_max;
    if (far && crowded && !host.loading && release(host, opens)) return;
    if (cause == WaitCause::domain)
        wait_in(Queue::domain, host.domain->waiting, host, opens);
    else if (cause == WaitCause::ip)
        wait_in(Queue::ip, ip_waiting_.emplace(host.ip_key.value(), {}), host, opens);
    else if (cause == WaitCause::global || cause == WaitCause::reserve)
        wait_in(Queue::process, process_list(host), host, opens);
    else
        leave_list(host);
    if (host.waits_in == nullptr && opens != kNever) schedule(host, opens);
}

bool Crawler::was_called(const HostState& host) const {
    return host.waits_in != nullptr && host.waits_in->called() == host.key;
}

// The list in which it is the host's turn.
Crawler::Queue Crawler::turn_of(const HostState& host) const {
    if (!was_called(host)) return Queue::none;
    if (host.waits_in == &host.domain->waiting) return Queue::domain;
    const bool process = host.waits_in == &global_waiting_ || host.waits_in == &unproven_waiting_;
    return process ? Queue::process : Queue::ip;
}

void Crawler::wait_in(Queue queue, WaitList& list, HostState& host, Instant opens) {
    const Queue turn = turn_of(host);
    if (host.waits_in == &list) {
        if (turn == queue) list.end_call();  // there was no room: it stays first
    } else if (turn != Queue::none && turn < queue) {
        // It goes on for those behind it: they are called when it has left the next list too.
        std::exchange(host.waits_in, nullptr)->remove(host.key);
    } else {
        leave_list(host);
    }
    host.waits_in = &list;
    if (turn > queue)
        list.add_first(host.key);  // it had been first there
    else
        list.add(host.key);
    if (opens != kNever) offer_room(list, opens);
}

void Crawler::leave_list(HostState& host) {
    if (host.waits_in == nullptr) return;
    const bool called = was_called(host);
    WaitList& list = *std::exchange(host.waits_in, nullptr);
    list.remove(host.key);
    if (called) offer_room(list, loop_.now());
    // Those for whom it may have gone on.
    offer_room(host.domain->waiting, loop_.now());
    if (host.ip_key) offer_shared_room(*host.ip_key);
}

// There is room from `when` on, or there may be: the first in the list looks.
void Crawler::offer_room(WaitList& list, Instant when) {
    if (list.empty()) return;
    const HostKey first = list.called() ? *list.called() : list.call();
    schedule(*find_host(first), when);
}

HostFacts Crawler::facts_of(const HostState& host) const {
    HostFacts facts = host.facts;
    facts.name = host.name;
    const Instant now = loop_.now();
    const WallTime wall = loop_.wall();
    const Instant not_before = host.gate.not_before();
    facts.not_before = not_before > now ? wall + (not_before - now) : WallTime{};
    facts.politeness.clear();
    host.health.save(facts.politeness, now, wall);
    return facts;
}

bool Crawler::release(HostState& host, Instant wake_at) {
    if (!host.robots_stored()) return false;
    const Instant now = loop_.now();
    const WallTime wall_wake = loop_.wall() + std::max(Duration{0}, wake_at - now);
    if (!committer_.release(host.key, facts_of(host), wall_wake)) return false;
    kept_.keep(host.key, {.gate = std::move(host.gate), .health = host.health}, now);
    leave_list(host);
    set_proven(host, false);
    for (const RobotsEntry& entry : host.robots)
        rules_memory_.remove(entry.authority);
    hosts_.erase(host.key);  // kills `host`
    return true;
}

void Crawler::maybe_release(HostState& host) {
    if (host.finished() && !release(host, loop_.now()))
        schedule(host, loop_.now() + milliseconds(10));
}

// A request of ours was made, answered or finished: there may be room for another where it was.
void Crawler::wake_others(const Visit& visit) {
    offer_room(visit.host->domain->waiting, loop_.now());
    offer_shared_room(visit.tickets.ip_key);
}

// Each kind has a list of its own, so that neither stands before the other.
WaitList& Crawler::process_list(const HostState& host) {
    return host.proven ? global_waiting_ : unproven_waiting_;
}

void Crawler::offer_shared_room(std::optional<uint64_t> ip_key) {
    if (!ip_key) {
        offer_room(global_waiting_, loop_.now());
        offer_room(unproven_waiting_, loop_.now());
        return;
    }
    if (WaitList* list = ip_waiting_.find(*ip_key)) offer_room(*list, loop_.now());
}

void Crawler::room_made(std::optional<uint64_t> ip_key) {
    if (!stopping_) offer_shared_room(ip_key);
}

// Loops whose hosts wait for the end of some request.
void Crawler::tell_loops(const SharedGates::Waiting& waiting, uint64_t ip_key) {
    for (size_t loop = 0; loop < SharedGates::kLoopsMax; ++loop) {
        if (loop == index_) continue;
        if ((waiting.ip >> loop & 1) != 0) peers_.room_made(loop, ip_key);
        if ((waiting.global >> loop & 1) != 0) peers_.room_made(loop, std::nullopt);
    }
}

// What no longer limits anything leaves memory; never before its windows are empty.
void Crawler::sweep() {
    const Instant now = swept_at_ = loop_.now();
    const size_t shard = swept_to_++ % kShards;
    kept_.sweep(shard, now);
    ip_waiting_.erase_if(shard, [](const auto& entry) { return entry.second.empty(); });
    context_.gates.sweep(shard, now);
}

bool Crawler::gave_up_for_now(const HostState& host) const {
    return host.health.failures() > host.options->fetch.retries &&
           host.visits <= host.waiting.size() + 1;
}

bool Crawler::quiet() const {
    const bool nothing_to_commit = group_visits_.empty() && group_.robots.empty();
    if (under_way_ > 0 || commit_running_ || !nothing_to_commit || !ready_.empty()) return false;
    if (context_.gates.pages_used_up()) return true;
    return hosts_.all_of([this](HostKey, const auto& state) {
        const HostState& host = *state;
        if (!host.settled_in || host.loading || host.resolving) return false;
        const bool nothing_to_do = !host.has_work() && host.exhausted;
        return nothing_to_do || gave_up_for_now(host);
    });
}

void Crawler::reload(bool windows_changed) {
    if (windows_changed) kept_.windows_changed(loop_.now());
    ++reloads_;
    to_renew_.clear();
    to_renew_.reserve(hosts_.size());
    hosts_.for_each([this](HostKey key, const auto&) { to_renew_.push_back(key); });
    timer_->arm(loop_.now());
}

// Before anything is done for a host that the last reload has not come to yet.
void Crawler::renew(HostState& host) {
    if (host.reloads == reloads_) return;
    host.reloads = reloads_;
    host.options = context_.current()->hosts->for_host(host.name);
    host.domain = domain_gate(host.name);
    host.gate.set_limits(limits_of(host), loop_.now());
}

// Those that wait look again: their limits may let them go sooner.
void Crawler::renew_hosts() {
    const Instant now = loop_.now();
    for (size_t n = 0; n < kRenewalsPerTurn && !to_renew_.empty(); ++n) {
        HostState* host = find_host(to_renew_.back());
        to_renew_.pop_back();
        if (host == nullptr) continue;
        renew(*host);
        leave_list(*host);
        host->scheduled_at = kNever;
        schedule(*host, now);
    }
}

}  // namespace crawld
