#include "crawl/crawler.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "log/events.h"

namespace crawld {

namespace {

// Bounds of one turn: what is left over goes on in the next iteration. Small, so that answers are
// seen soon after they came: a slot becomes free a period after that, and hosts whose windows open
// at one moment drift apart instead of being delayed by one another again and again.
constexpr size_t kAdvancesPerTurn = 64;
constexpr size_t kHostsPerTurn = 32;
constexpr Duration kSlice = milliseconds(1);      // for each of the two
constexpr size_t kShardsPerTurn = 4;              // of the table of hosts, to count those that wait
constexpr Duration kSweepGap = milliseconds(40);  // each shard every ten seconds
constexpr Duration kHousekeeping = milliseconds(200);
constexpr Duration kNumbersGap = milliseconds(500);
constexpr Duration kCountingGap = milliseconds(10);  // while they are counted

// Pages that may wait for the workers. More come in only when they have been read.
constexpr size_t kDigestsWaitingMax = 1024;

}  // namespace

Crawler::Crawler(CrawlerSetup setup)
    : loop_(setup.loop),
      resolver_(setup.resolver),
      fetcher_(setup.fetcher),
      workers_(setup.workers),
      committer_(setup.committer),
      context_(setup.context),
      peers_(setup.peers),
      index_(setup.index),
      prng_(setup.prng_seed),
      digested_(loop_,
                [this](Digested done) {
                    Visit* const found = find_visit(done.visit);
                    if (found == nullptr) return;
                    Visit& visit = *found;
                    visit.was_read = done.said.index() != 0;
                    if (auto* facts = std::get_if<PageFacts>(&done.said))
                        visit.facts = std::move(*facts);
                    else if (auto* answer = std::get_if<RobotsAnswer>(&done.said))
                        visit.robots_answer = std::move(*answer);
                    visit.archived = std::move(done.archived);
                    visit.dropped = done.dropped;
                    visit.result.lease = std::move(done.lease);
                    visit.digested = true;
                    ready(visit);
                }),
      kept_(context_.blocked_since, loop_.now()) {
    fetcher_.set_listener(this);
    resolver_.set_listener(this);
    timer_ = loop_.make_timer("crawl.timer", [] {});  // its firing brings the turn
    loop_.set_turn([this] { turn(); });
    timer_->arm(loop_.now());
}

Crawler::~Crawler() {
    fetcher_.set_listener(nullptr);
    resolver_.set_listener(nullptr);
    loop_.set_turn([] {});
}

void Crawler::turn() {
    drain_ready();
    if (!stopping_) renew_hosts();
    if (!stopping_) admit_hosts();
    hand_over();
    read_rules();
    if (std::exchange(logged_, false)) context_.log.flush();
    if (stopping_) finish_stop();
    publish_numbers();
    const bool busy = under_way_ > 0 || commit_running_ || !group_visits_.empty();
    if (std::exchange(was_busy_, busy) && !busy) context_.on_emptied();
    arm_timer();
}

bool Crawler::slice_is_over(Instant began) {
    loop_.update_now();
    return loop_.now() - began >= kSlice;
}

void Crawler::drain_ready() {
    const Instant began = loop_.now();
    for (size_t n = 0; n < kAdvancesPerTurn && !ready_.empty(); ++n) {
        Visit* const visit = find_visit(ready_.front());
        ready_.pop_front();
        if (visit != nullptr) advance(*visit);
        if (slice_is_over(began)) break;
    }
    for (size_t n = 0; n < kAdvancesPerTurn && !digest_backlog_.empty(); ++n) {
        Visit* const visit = find_visit(digest_backlog_.front());
        if (visit != nullptr && !submit_digest(*visit)) break;
        digest_backlog_.pop_front();
    }
}

void Crawler::admit_hosts() {
    const Instant now = loop_.now();
    if (now - swept_at_ >= kSweepGap) sweep();
    for (size_t n = 0; n < kHostsPerTurn && !schedule_.empty() && has_room(); ++n) {
        const Appointment next = schedule_.top();
        if (next.when > now) return;
        schedule_.pop();
        HostState* host = find_host(next.host);
        // An appointment that was moved stays in the heap; the host's own time tells.
        if (host == nullptr || host->scheduled_at != next.when) continue;
        host->scheduled_at = kNever;
        consider(*host);
        if (slice_is_over(now)) return;
    }
}

// At the limit of pages what is left stays queued: a higher one goes on where this one ended.
bool Crawler::has_room() const {
    return digest_backlog_.size() < kDigestsWaitingMax && !committer_.no_space() &&
           !context_.low_disk && !context_.gates.pages_used_up();
}

void Crawler::arm_timer() {
    const Instant now = loop_.now();
    Instant when = now + (counted_.to > 0 ? kCountingGap : kHousekeeping);
    if (!ready_.empty() || (!stopping_ && !to_renew_.empty())) when = now;
    const bool saving = saved_to_ > 0 && saved_to_ < kShards;
    if (!unsent_.empty() || saving) when = now;  // the stop goes on
    if (!stopping_ && !schedule_.empty() && has_room()) when = std::min(when, schedule_.top().when);
    if (!group_visits_.empty() && !commit_running_)
        when = std::min(when, std::max(group_since_ + kGroupWait, commit_not_before_));
    timer_->arm(std::max(when, now));
}

void Crawler::ready(Visit& visit) {
    ready_.push_back(visit.id);
}

void Crawler::advance(Visit& visit) {
    const uint64_t id = visit.id;
    if (stopping_ && visit.step < Step::fetch) return;  // drop_unsent() comes to it
    renew(*visit.host);
    const bool traced = context_.log.level() == LogLevel::debug;
    do {
        if (traced)
            context_.log.write(VisitTraced{.visit = id,
                                           .url = visit.item.url.href(),
                                           .step = std::string(to_string(visit.step))});
    } while (run_step(visit) == Progress::proceed && visits_.contains(id));
}

// Each step sets the next one before it says proceed; a step that ends the visit says wait.
Progress Crawler::run_step(Visit& visit) {
    switch (visit.step) {
        case Step::admit:
            return step_admit(visit);
        case Step::resolve:
            return step_resolve(visit);
        case Step::robots:
            return step_robots(visit);
        case Step::slot:
            return step_slot(visit);
        case Step::fetch:
            return step_fetch(visit);
        case Step::judge:
            return step_judge(visit);
        case Step::digest:
            return step_digest(visit);
        case Step::commit:
            return step_commit(visit);
        case Step::retire:
            return step_retire(visit);
    }
    return Progress::wait;
}

Visit& Crawler::new_visit(VisitKind kind, HostState& host, QueuedUrl item) {
    auto visit = std::make_unique<Visit>(std::move(item));
    visit->id = ++context_.last_visit;
    visit->kind = kind;
    visit->host = &host;
    visit->step = kind == VisitKind::page ? Step::admit : Step::resolve;
    visit->entered = loop_.now();
    ++host.visits;
    Visit& reference = *visit;
    visits_.emplace(reference.id, std::move(visit));
    return reference;
}

Visit* Crawler::find_visit(uint64_t id) {
    const auto* found = visits_.find(id);
    return found == nullptr ? nullptr : found->get();
}

void Crawler::free_visit(Visit& visit) {
    HostState& host = *visit.host;
    CRAWLD_CHECK(host.visits > 0);
    --host.visits;
    found_held_ -= visit.found_held;
    hold_rules(visit, 0);
    visits_.erase(visit.id);
}

void Crawler::stop(Instant deadline, Stopped stopped) {
    stopping_ = true;
    stop_deadline_ = deadline;
    stopped_ = std::move(stopped);
    visits_.for_each([&](uint64_t id, const auto& visit) {
        if (visit->step < Step::fetch) unsent_.push_back(id);
    });
    timer_->arm(loop_.now());
}

// What has no slot yet goes back: its URL is still queued on disk.
void Crawler::drop_unsent() {
    const Instant began = loop_.now();
    while (!unsent_.empty()) {
        Visit& visit = *find_visit(unsent_.back());
        unsent_.pop_back();
        visit.host->waiting.clear();
        visit.host->next = nullptr;
        free_visit(visit);
        if (slice_is_over(began)) return;
    }
}

void Crawler::cancel_overdue() {
    visits_.for_each([&](uint64_t id, const auto& visit) {
        if (visit->step == Step::fetch && !visit->fetched) fetcher_.cancel(id);
    });
    stop_deadline_ = kNever;  // once
}

void Crawler::finish_stop() {
    drop_unsent();
    if (loop_.now() >= stop_deadline_) cancel_overdue();
    if (committer_.no_space() && !commit_running_) abandon_group();
    const bool pending = !visits_.empty() || commit_running_ || !group_.robots.empty();
    if (!pending && stopped_ && save_gates())
        std::exchange(stopped_, nullptr)(std::move(saved_gates_));
}

// Nothing is in flight. False: there are more.
bool Crawler::save_gates() {
    const Instant now = loop_.now();
    while (saved_to_ < kShards) {
        for (const auto& [key, host] : hosts_.shard(saved_to_))
            if (!host->gate.idle(now)) host->gate.save(saved_gates_[key.value]);
        kept_.save(saved_to_++, saved_gates_, now);
        if (slice_is_over(now)) break;
    }
    return saved_to_ == kShards;
}

// A full disk cannot hold up a stop: what could not be committed is fetched again.
void Crawler::abandon_group() {
    for (const uint64_t id : std::exchange(group_visits_, {})) {
        Visit& visit = *find_visit(id);
        leave_slot(visit);
        free_visit(visit);
    }
    group_ = CommitGroup{};
}

// The hosts that wait are counted a part of the table at a time.
void Crawler::publish_numbers() {
    const Instant now = loop_.now();
    numbers_.hosts = hosts_.size();
    if (now < published_at_ + kNumbersGap) return;
    const size_t end = std::min(kShards, counted_.to + kShardsPerTurn);
    for (; counted_.to < end; ++counted_.to) {
        for (const auto& [key, host] : hosts_.shard(counted_.to)) {
            const bool gate_is_shut = host->scheduled_at != kNever && host->scheduled_at > now;
            if (host->has_work() && (host->parked || gate_is_shut)) ++counted_.waiting;
        }
    }
    if (counted_.to < kShards) return;
    numbers_.hosts_waiting = counted_.waiting;
    counted_ = {};
    published_at_ = now;
}

}  // namespace crawld
