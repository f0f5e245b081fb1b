// Rules of robots.txt files out of memory and in again (rules_memory.h).
//
// A host whose rules left memory stays loaded; only a page of it that needs a decision waits until
// they have been read from the database. They are wanted for that decision alone, which is made as
// soon as they are here and kept for the page: so they may leave at once, the host's turn comes
// however small the bound is, and nobody has to hold rules while he waits for a slot. One reading
// of a loop is under way at a time, of one large file or of many small ones: hosts with large files
// wait for each other and hardly for anybody else's commits.
#include <algorithm>
#include <utility>

#include "base/check.h"
#include "crawl/crawler.h"

namespace crawld {

namespace {

constexpr size_t kReadingsMax = 64;  // authorities in one reading

// Of a rule no more than this is told or kept.
constexpr size_t kRuleTextBytesMax = 1'000;

}  // namespace

// Whether one more robots.txt may be parsed: what is not on disk yet cannot leave memory, and one
// of them always may come. A stop waits for nothing that may wait for the disk.
bool Crawler::has_room_for_rules() const {
    const uint64_t held = rules_held_ + rules_memory_.bytes_kept();
    return held == 0 || stopping_ ||
           held + kRobotsRulesOfFile <= context_.current()->robots_rules_max;
}

void Crawler::hold_rules(Visit& visit, uint64_t bytes) {
    rules_held_ += bytes - visit.rules_held;
    visit.rules_held = bytes;
}

// `entry` has other rules than before, or none.
void Crawler::count_rules(const HostState& host, const RobotsEntry& entry) {
    if (entry.rules)
        rules_memory_.add({host.key, entry.authority}, entry.rules->bytes());
    else
        rules_memory_.remove(entry.authority);
    if (entry.unstored == 0) rules_memory_.may_leave(entry.authority);
}

void Crawler::fit_rules() {
    const uint64_t bytes_max = context_.current()->robots_rules_max;
    while (rules_memory_.bytes() > bytes_max) {
        const RulesMemory::Owner* owner = rules_memory_.first_to_leave();
        if (owner == nullptr) break;
        HostState* host = find_host(owner->host);
        CRAWLD_CHECK(host != nullptr);
        RobotsEntry* entry = host->find_robots(owner->authority);
        CRAWLD_CHECK(entry != nullptr);
        entry->rules.reset();
        rules_memory_.remove(entry->authority);
    }
    if (rules_memory_.bytes() > numbers_.rules_bytes_most)
        numbers_.rules_bytes_most = rules_memory_.bytes();
}

// The records are durable: what leaves memory can be read again.
void Crawler::robots_stored(const CommitGroup& group) {
    for (const CommitGroup::Robots& robots : group.robots) {
        HostState* host = find_host(robots.host);
        RobotsEntry* entry = host == nullptr ? nullptr : host->find_robots(robots.authority);
        if (entry == nullptr) continue;
        CRAWLD_CHECK(entry->unstored > 0);
        if (--entry->unstored == 0) rules_memory_.may_leave(entry->authority);
    }
    if (!group.robots.empty()) fit_rules();
}

KeptDecision Crawler::decision_of(const RobotsEntry& entry, const CanonicalUrl& url) {
    const RobotsDecision decision = entry.rules->decide(url.path_and_query());
    KeptDecision kept{.href = std::string(url.href()),
                      .fetched_at = entry.fetched_at,
                      .allowed = decision.allowed,
                      .line = {}};
    if (decision.line > 0)
        kept.line = std::to_string(decision.line) + ": " +
                    std::string(decision.rule.substr(0, kRuleTextBytesMax));
    return kept;
}

// nullopt: the rules have to be read first, which is under way.
std::optional<KeptDecision> Crawler::decide(HostState& host, RobotsEntry& entry,
                                            const CanonicalUrl& url) {
    if (entry.rules) return decision_of(entry, url);
    const auto& kept = host.decided;
    if (kept && kept->fetched_at == entry.fetched_at && kept->href == url.href()) return kept;
    if (!std::exchange(entry.reading, true)) {
        host.wait_cause = WaitCause::robots;
        rules_asked_.push_back({host.key, entry.authority});
        read_rules();
    }
    return std::nullopt;
}

// A call that the committer has no room for is repeated in the next turn.
void Crawler::read_rules() {
    if (reading_rules_ || rules_asked_.empty() || stopping_) return;
    const auto count = static_cast<std::ptrdiff_t>(std::min(rules_asked_.size(), kReadingsMax));
    std::vector<RulesMemory::Owner> asked(rules_asked_.begin(), rules_asked_.begin() + count);
    reading_rules_ = committer_.read_rules(
        std::move(asked), loop_,
        [this](std::vector<RobotsEntry> read) { take_rules(std::move(read)); });
}

// Of those asked for, the first ones.
void Crawler::take_rules(std::vector<RobotsEntry> read) {
    reading_rules_ = false;
    for (RobotsEntry& stored : read) {
        const RulesMemory::Owner asked = std::move(rules_asked_.front());
        rules_asked_.pop_front();
        HostState* host = find_host(asked.host);
        RobotsEntry* entry = host == nullptr ? nullptr : host->find_robots(asked.authority);
        if (entry == nullptr) continue;
        entry->reading = false;
        use_rules(*host, *entry, stored);
        schedule(*host, loop_.now());
        ++numbers_.rules_read;
    }
    fit_rules();
    read_rules();
}

void Crawler::use_rules(HostState& host, RobotsEntry& entry, RobotsEntry& stored) {
    if (entry.verdict != RobotsVerdict::rules || entry.rules) return;  // fetched again meanwhile
    if (!stored.rules || stored.fetched_at != entry.fetched_at) {
        entry.verdict = RobotsVerdict::unknown;  // not what it was: it is fetched again
        return;
    }
    entry.rules = std::move(stored.rules);
    count_rules(host, entry);
    if (host.next != nullptr && host.next->item.url.authority() == entry.authority)
        host.decided = decision_of(entry, host.next->item.url);
}

}  // namespace crawld
