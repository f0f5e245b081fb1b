// Finished visits into commit groups, and back when they are durable.
//
// One group of this loop is with the committer at a time; meanwhile the next one grows, so a slow
// disk makes larger groups and not a longer queue. A group waits a little for more visits, unless
// other hosts wait for the room in the process that its own hold until they are committed.
#include <utility>

#include "crawl/crawler.h"
#include "log/events.h"

namespace crawld {

namespace {
constexpr Duration kFullDiskPause = seconds(5);
}

Progress Crawler::step_commit(Visit& visit) {
    // Whoever still had it on the ready list: it goes on when it is durable, and not before.
    if (std::exchange(visit.in_group, true)) return Progress::wait;
    if (group_since_ == kNever) group_since_ = loop_.now();
    group_visits_.push_back(visit.id);
    if (!visit.settled.found.empty()) ++exchanged_;  // hosts of any loop are woken for them
    if (visit.kind == VisitKind::page) group_.settled.push_back(std::move(visit.settled));
    visit.archived.key = visit.item.key;
    group_.exchanges.push_back(std::move(visit.archived));
    const bool answered = visit.result.status > 0;
    if (answered && visit.kind == VisitKind::page) ++group_.pages;
    group_.bytes += visit.result.bytes_wire;
    return Progress::wait;
}

void Crawler::hand_over() {
    const bool nothing = group_visits_.empty() && group_.robots.empty();
    if (nothing || commit_running_ || loop_.now() < commit_not_before_) return;
    const bool due = stopping_ || !global_waiting_.empty() || !unproven_waiting_.empty() ||
                     group_visits_.size() >= kGroupVisitsMax ||
                     loop_.now() - group_since_ >= kGroupWait;
    if (!due) return;
    group_.demoted = content_.demoted();
    const auto done = [this](CommitGroup group, Status status) {
        group_done(std::move(group), std::move(status));
    };
    commit_running_ = committer_.commit(group_, loop_.wall(), loop_, done);
    if (!commit_running_) return;
    committing_ = std::exchange(group_visits_, {});
    group_ = CommitGroup{};
    group_since_ = kNever;
}

void Crawler::group_done(CommitGroup group, Status status) {
    commit_running_ = false;
    if (!status) {
        // A full disk: nothing of the group is written. It goes first in the next one.
        if (!std::exchange(commit_refused_, true))
            context_.log.write(CommitFailed{.message = status.error().message});
        for (Settled& settled : group_.settled)
            group.settled.push_back(std::move(settled));
        for (auto& robots : group_.robots)
            group.robots.push_back(std::move(robots));
        for (ArchivedExchange& exchange : group_.exchanges)
            group.exchanges.push_back(std::move(exchange));
        group.pages += group_.pages;
        group.bytes += group_.bytes;
        group_ = std::move(group);
        committing_.insert(committing_.end(), group_visits_.begin(), group_visits_.end());
        group_visits_ = std::exchange(committing_, {});
        group_since_ = loop_.now();
        commit_not_before_ = loop_.now() + kFullDiskPause;
        return;
    }
    commit_refused_ = false;
    robots_stored(group);
    // The pages stand in the group in the order of their visits; robots visits have no record.
    size_t next = 0;
    size_t next_exchange = 0;
    for (const uint64_t id : std::exchange(committing_, {})) {
        Visit& visit = *find_visit(id);
        visit.archived = std::move(group.exchanges[next_exchange++]);
        if (visit.kind == VisitKind::page) visit.settled = std::move(group.settled[next++]);
        visit.step = Step::retire;
        ready(visit);
    }
}

}  // namespace crawld
