// Crawler: one loop's crawl: its hosts, its visits, and the order of steps. The only place that
// knows what comes after what.
//
// How things move in this folder. A host with URLs is loaded by the committer into a HostState.
// When the host's gate opens, the schedule hands it to consider(), which makes a Visit of its next
// URL and drives it: admit, resolve, robots, slot, fetch, digest, commit, retire (visit.h).
// Whatever waits is on nobody's stack: C callbacks and other threads put their result into the
// visit and the visit on the ready list. Once per loop iteration turn() drains the ready list,
// considers hosts whose time has come, hands finished visits to the committer and arms one timer.
//
//     files        what is in them
//     crawler.cc   turn(), the switch over the steps, visits' birth and end
//     hosts.cc     hosts in and out of memory, the schedule, waking
//     step_*.cc    one step each
//     rules_*.cc   rules of robots.txt files in and out of memory
//     settling.cc  what becomes of a URL: done, gone, due again
//     grouping.cc  visits into commit groups and back
//     report.cc    events
//
// "Why was this URL not fetched": step_admit.cc (scope, limits), step_robots.cc, step_resolve.cc
// (DNS, address policy), step_slot.cc (limits); each names its reason in the crawl log.
//
// Thread: the loop's.
// Bound:  its share of hosts_loaded_max hosts; visits past their slot by
//         politeness.global.concurrency, over all loops and until they are committed
//         (shared_gates.h).
// Test:   tests/unit/crawl/, tests/scenarios/
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <string>
#include <variant>
#include <vector>

#include "base/sharded_map.h"
#include "crawl/committer.h"
#include "crawl/content_watch.h"
#include "crawl/crawl_context.h"
#include "crawl/digest.h"
#include "crawl/idle_watch.h"
#include "crawl/kept_gates.h"
#include "crawl/mailbox.h"
#include "crawl/rules_memory.h"
#include "crawl/shared_gates.h"
#include "crawl/visit.h"
#include "dns/resolver.h"
#include "loop/executor.h"
#include "loop/loop.h"

namespace crawld {

// Finished visits wait this long for others to be committed with them.
inline constexpr Duration kGroupWait = milliseconds(10);
inline constexpr size_t kGroupVisitsMax = 256;

struct CrawlerSetup {
    Loop& loop;
    Resolver& resolver;
    Fetcher& fetcher;
    Executor& workers;
    Committer& committer;
    CrawlContext& context;
    CrawlerPeers& peers;
    size_t index = 0;  // of the loop, below SharedGates::kLoopsMax
    uint64_t prng_seed = 1;
};

class Crawler : public FetcherListener, public ResolverListener {
  public:
    explicit Crawler(CrawlerSetup setup);
    ~Crawler() override;

    // Gates of the last run, where it ended cleanly in this boot.
    void restore_gates(std::shared_ptr<const SavedGates> gates) { kept_.restore(std::move(gates)); }

    // The host has work: load it if there is room. The loop's thread.
    void wake(const HostWake& host);
    // Options changed: every host takes its new limits before anything else is done for it, and
    // those that wait look again, some of them in each turn.
    // `windows_changed`: some host, domain or address may have others than before.
    void reload(bool windows_changed);
    // No new visits. In flight may end until `deadline`, then is cancelled; `stopped` is called
    // when everything that ended is committed, with the windows in use of what came up in this run.
    using Stopped = std::function<void(SavedGates)>;
    void stop(Instant deadline, Stopped stopped);
    void hurry() { stop_deadline_ = kAlways; }

    // Quiet: nothing under way and nothing that could be started soon; hosts that keep failing do
    // not count.
    LoopRest rest() const { return {.quiet = quiet(), .exchanged = exchanged_}; }
    // For progress and bounds; any thread.
    struct Numbers {
        std::atomic<size_t> hosts{0};
        std::atomic<size_t> hosts_waiting{0};  // with URLs, and shut by a limit
        // Of robots rules: see CrawlProgress.
        std::atomic<uint64_t> rules_bytes_most{0};
        std::atomic<uint64_t> rules_read{0};
    };
    const Numbers& numbers() const { return numbers_; }

    // A request of another loop may have made room at an address, or (nullopt) in the process.
    void room_made(std::optional<uint64_t> ip_key);

    // One hop of a robots.txt fetch, and its result (CrawlerPeers sends them to the right loop).
    void start_robots_hop(const CanonicalUrl& url, HostKey host, RobotsErrand errand);
    void take_robots_answer(const RobotsErrand& errand, const RobotsAnswer& answer);

    void on_first_byte(uint64_t token) override;
    void on_fetched(uint64_t token, FetchResult result) override;
    void on_bodies_wait(const BodiesWait& wait) override;
    void on_resolved(uint64_t token, const DnsAnswer& answer) override;

  private:
    struct Appointment {
        Instant when;
        HostKey host;
        bool operator>(const Appointment& other) const { return when > other.when; }
    };
    // What a worker found in a body.
    using BodySaid = std::variant<std::monostate, PageFacts, RobotsAnswer>;
    using BodyReader = std::function<BodySaid(std::string body)>;
    struct BodyWork;
    struct Digested {
        uint64_t visit = 0;
        BodySaid said;
        ArchivedExchange archived;
        PageDirectives dropped;  // that were obeyed
        BodyLease lease;         // of the records'
    };

    // crawler.cc
    void turn();
    bool slice_is_over(Instant began);
    void drain_ready();
    void admit_hosts();
    void arm_timer();
    void advance(Visit& visit);
    Progress run_step(Visit& visit);
    Visit& new_visit(VisitKind kind, HostState& host, QueuedUrl item);
    Visit* find_visit(uint64_t id);
    void free_visit(Visit& visit);
    void drop_unsent();
    void ready(Visit& visit);
    bool has_room() const;
    void finish_stop();
    bool save_gates();
    void abandon_group();
    void cancel_overdue();
    void publish_numbers();
    bool quiet() const;

    // hosts.cc
    HostState* find_host(HostKey key);
    HostState& add_host(HostKey key, std::string name);
    void take_load(LoadReply reply);
    void settle_in(HostState& host, const HostFacts& facts);
    Limits limits_of(const HostState& host) const;
    void schedule(HostState& host, Instant when);
    void consider(HostState& host);
    void look_at(HostState& host);
    void park(HostState& host, Instant opens, WaitCause cause);
    Visit* next_visit(HostState& host);
    void replenish(HostState& host);
    void maybe_release(HostState& host);
    bool release(HostState& host, Instant wake_at);
    bool was_called(const HostState& host) const;
    // The lists in the order in which a host waits in them.
    enum class Queue : uint8_t { none, domain, ip, process };
    Queue turn_of(const HostState& host) const;
    void wait_in(Queue queue, WaitList& list, HostState& host, Instant opens);
    void leave_list(HostState& host);
    void offer_room(WaitList& list, Instant when);
    WaitList& process_list(const HostState& host);
    void offer_shared_room(std::optional<uint64_t> ip_key);
    void wake_others(const Visit& visit);
    void tell_loops(const SharedGates::Waiting& waiting, uint64_t ip_key);
    void sweep();
    std::shared_ptr<SharedGate> domain_gate(const std::string& host_name);
    void renew(HostState& host);
    void renew_hosts();
    HostFacts facts_of(const HostState& host) const;
    bool gave_up_for_now(const HostState& host) const;

    // step_admit.cc ... step_retire.cc
    Progress step_admit(Visit& visit);
    Progress step_resolve(Visit& visit);
    Progress use_answer(Visit& visit, const DnsAnswer& answer);
    Progress step_robots(Visit& visit);
    std::vector<NewUrl> sitemaps_of(const HostState& host, const RobotsEntry& entry,
                                    const CrawlSettings& settings) const;
    Progress obey_robots(Visit& visit, RobotsEntry& entry);
    void start_robots(HostState& host, RobotsEntry& entry, const CanonicalUrl& page);
    Progress step_slot(Visit& visit);
    Instant slot_opens(const HostState& host, std::optional<uint64_t> ip_key, WaitCause& cause);
    size_t unproven_max() const;
    void set_proven(HostState& host, bool proven);
    void take_slot(Visit& visit);
    void give_back(Visit& visit);
    void leave_slot(Visit& visit);
    Progress step_fetch(Visit& visit);
    void start_fetch(Visit& visit);
    void answered(Visit& visit);
    void learn(Visit& visit);
    std::optional<Duration> retry_after_of(const Visit& visit) const;
    bool try_next_address(Visit& visit);
    void await_socket(Visit& visit);
    void put_back(Visit& visit);
    void note_verdict(HostState& host, HostVerdict verdict, std::optional<Duration> retry_after);
    Progress step_judge(Visit& visit);
    Progress step_digest(Visit& visit);
    void note_unread(Visit& visit);
    void await_digest(Visit& visit);
    bool submit_digest(Visit& visit);
    bool is_archived(const Visit& visit) const;
    bool has_line(const Visit& visit) const;
    FinishedExchange finished_exchange(Visit& visit);
    BodyReader reader_of(const Visit& visit) const;
    BodyReader page_reader(const Visit& visit) const;
    BodyReader robots_reader(const Visit& visit) const;
    void watch_content(Visit& visit);
    void follow_redirect(Visit& visit);
    Progress step_commit(Visit& visit);
    Progress step_retire(Visit& visit);

    // rules_reading.cc
    bool has_room_for_rules() const;
    void hold_rules(Visit& visit, uint64_t bytes);
    void count_rules(const HostState& host, const RobotsEntry& entry);
    void fit_rules();
    void robots_stored(const CommitGroup& group);
    static KeptDecision decision_of(const RobotsEntry& entry, const CanonicalUrl& url);
    std::optional<KeptDecision> decide(HostState& host, RobotsEntry& entry,
                                       const CanonicalUrl& url);
    void read_rules();
    void take_rules(std::vector<RobotsEntry> read);
    void use_rules(HostState& host, RobotsEntry& entry, RobotsEntry& stored);

    // settling.cc
    Progress settle(Visit& visit, Outcome outcome, std::string reason);
    void settle_page(Visit& visit);
    bool worth_retrying(const Visit& visit) const;
    std::optional<Duration> refetch_pause(const Visit& visit) const;

    // grouping.cc
    void hand_over();
    void group_done(CommitGroup group, Status status);

    // report.cc
    void report(Visit& visit) const;
    void report_pause(const HostState& host, Instant until, std::string_view cause) const;

    Loop& loop_;
    Resolver& resolver_;
    Fetcher& fetcher_;
    Executor& workers_;
    Committer& committer_;
    CrawlContext& context_;
    CrawlerPeers& peers_;
    const size_t index_;
    Prng prng_;
    std::unique_ptr<Timer> timer_;
    Mailbox<Digested> digested_;
    ContentWatch content_;

    ShardedMap<HostKey, std::unique_ptr<HostState>> hosts_;
    uint32_t reloads_ = 0;
    std::vector<HostKey> to_renew_;  // by the last reload
    KeptGates kept_;
    RulesMemory rules_memory_;
    std::deque<RulesMemory::Owner> rules_asked_;  // those that are being read first
    bool reading_rules_ = false;
    uint64_t rules_held_ = 0;  // by visits: Visit::rules_held
    ShardedMap<uint64_t, WaitList> ip_waiting_;
    WaitList global_waiting_;    // proven hosts, for room in the process
    WaitList unproven_waiting_;  // the others
    std::priority_queue<Appointment, std::vector<Appointment>, std::greater<>> schedule_;

    ShardedMap<uint64_t, std::unique_ptr<Visit>> visits_;
    std::deque<uint64_t> ready_;
    size_t under_way_ = 0;                 // visits of this loop past their slot
    size_t unproven_under_way_ = 0;        // of them, to hosts that were not proven
    size_t proven_hosts_ = 0;              // in memory
    std::deque<uint64_t> digest_backlog_;  // no room at the workers, or for what they find
    uint64_t found_held_ = 0;              // by visits: Visit::found_held

    CommitGroup group_;
    std::vector<uint64_t> group_visits_;
    std::vector<uint64_t> committing_;
    bool commit_running_ = false;
    Instant group_since_ = kNever;
    Instant commit_not_before_ = kAlways;  // after a full disk
    bool commit_refused_ = false;          // as was said
    Instant swept_at_ = kAlways;
    size_t swept_to_ = 0;  // the next shard
    Instant sockets_told_at_ = kAlways;
    Instant bodies_told_at_ = kAlways;

    Numbers numbers_;
    Instant published_at_ = kAlways;
    struct {
        size_t to = 0;  // the next shard of the hosts to be looked at
        size_t waiting = 0;
    } counted_;
    bool logged_ = false;  // something that is to be seen soon

    bool was_busy_ = false;
    uint64_t exchanged_ = 0;  // what came from other threads as new work, or may be that for them
    bool stopping_ = false;
    Instant stop_deadline_ = kNever;
    Stopped stopped_;
    std::vector<uint64_t> unsent_;  // visits at the stop that had no slot
    SavedGates saved_gates_;
    size_t saved_to_ = 0;  // the next shard
};

}  // namespace crawld
