// Committer: the one owner of the frontier and its database; every call becomes a job on the
// committer's thread, its result comes back to the calling loop as a posted task.
//
// Order of a commit (contract.md): archive records appended, archive synced, then one atomic
// database batch with a synced log, then the acknowledgement. Nothing is counted, logged or told
// before that.
//
// Thread: calls from any loop; callbacks on the loop given with the call.
// Errors: a write for which the disk is too full is told to the caller, who keeps the group and
//         tries again; anything else, and whatever cannot be read, is fatal: on_fatal is called
//         once, and no later job touches the disk.
// Bound:  the executor's queue: a call that does not fit is refused (false) and is the caller's to
//         repeat.
// Test:   tests/unit/crawl/committer_test.cc, tests/faults/committer_faults_test.cc,
//         tests/scenarios/
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "crawl/archive_keeper.h"
#include "crawl/content_watch.h"
#include "crawl/page_sink.h"
#include "crawl/robots_cache.h"
#include "crawl/rules_memory.h"
#include "frontier/frontier.h"
#include "loop/executor.h"
#include "loop/loop.h"

namespace crawld {

// One group: the visits of one loop that finished within a few milliseconds.
struct CommitGroup {
    std::vector<Settled> settled;
    struct Robots {
        std::string authority;
        HostKey host;
        RobotsRecord record;
        std::vector<NewUrl> sitemaps;  // that it names; known before the record is
    };
    std::vector<Robots> robots;
    std::vector<ArchivedExchange> exchanges;  // one a visit, in their order; some without records
    std::shared_ptr<const DemotedPrefixes> demoted;  // links there go behind all others
    uint64_t pages = 0;                              // to the totals
    uint64_t bytes = 0;
};

// Counted only when durable; read by anybody.
struct Totals {
    std::atomic<uint64_t> pages{0};
    std::atomic<uint64_t> bytes{0};
};

struct LoadRequest {
    HostKey host;
    bool woken = true;  // it was told by on_woken; others may be unknown, with nothing to load
    LoadBound most{0};
    std::vector<std::string> robots_known;  // authorities whose robots.txt need not be read
};

struct LoadReply {
    HostKey host;
    HostLoad load;
    std::vector<RobotsEntry> robots;  // of the URLs' authorities; rules of so many as have room
};

class CommitterListener {
  public:
    virtual ~CommitterListener() = default;
    // On the committer's thread.
    virtual void on_woken(const std::vector<HostWake>& woken) = 0;
    // On any thread.
    virtual void on_fatal(const Error& error) = 0;
};

class Committer {
  public:
    // `product`: the robots token, lower case.
    Committer(std::unique_ptr<Store> store, std::unique_ptr<Frontier> frontier, Executor& thread,
              CommitterListener& listener, std::string product);
    ~Committer();

    // From here on there is an archive. Before the first commit, on any thread.
    Status open_archive(ArchiveKeeper::Setup setup);
    // archive.disk_budget. Any thread.
    void set_archive_budget(uint64_t bytes);
    bool archive_is_over_budget() const;
    // What is committed of a payload. Any thread.
    std::optional<Original> find_original(const Digest& payload);
    // And from here on there are files of pages.
    Status open_pages(PageSink::Setup setup);
    // Their files are ended. At a stop, when no job is queued and no worker is left.
    Status close_archive();

    // Reads the totals of earlier runs. Before the first commit, on any thread.
    Status open_totals();

    using GroupDone = std::function<void(CommitGroup, Status)>;
    // The group is moved out only when the call is accepted.
    bool commit(CommitGroup& group, WallTime now, Loop& loop, GroupDone done);
    using LoadDone = std::function<void(LoadReply)>;
    bool load(LoadRequest request, Loop& loop, LoadDone done);
    // The robots.txt of each, rules included: of the first ones, as many as one look may read.
    using RulesDone = std::function<void(std::vector<RobotsEntry>)>;
    bool read_rules(std::vector<RulesMemory::Owner> of, Loop& loop, RulesDone done);
    bool release(HostKey host, HostFacts facts, WallTime wake_at);
    // Retries and sleeping hosts whose time has come: on_woken. Also finds out next_due().
    bool wake(WallTime now, size_t max, Loop& loop, std::function<void()> done);
    using AddDone = std::function<void(Result<uint64_t> added)>;
    bool add(std::vector<NewUrl> urls, std::string progress_name, std::string progress,
             WallTime now, Loop& loop, AddDone done);
    using MetaDone = std::function<void(std::optional<std::string>)>;
    bool get_meta(std::string name, Loop& loop, MetaDone done);

    // Start and stop only, when no job is queued: on the calling thread.
    Result<std::optional<std::string>> meta(std::string_view name);
    Status put_meta(std::string_view name, std::string_view value);

    const FrontierCounts& counts() const;
    const Totals& totals() const { return totals_; }
    bool store_was_new() const;
    // As of the last wake(); the far future when nothing is due.
    WallTime next_due() const { return wall_from_us(next_due_us_.load()); }
    bool no_space() const { return no_space_.load(); }
    // The write that was refused last for want of room, while none has gone well since.
    enum class Part : uint8_t { state, archive, pages };
    struct Refusal {
        Part by = Part::state;
        std::string message;
    };
    std::optional<Refusal> refusal() const;

  private:
    Status write(CommitGroup& group, WallTime now);
    Status write_batch(CommitGroup& group, WallTime now, std::vector<HostWake>& woken);
    bool is_full() const;
    Part refusing_part() const;
    Status put_robots(Batch& batch, const CommitGroup::Robots& robots);
    Status add_sitemaps(const CommitGroup& group, WallTime now, std::vector<HostWake>& woken);
    Result<LoadReply> read(const LoadRequest& request);
    Result<std::vector<RobotsEntry>> read_robots_of(const std::vector<RulesMemory::Owner>& of);
    Result<RobotsEntry> stored_robots(std::string_view authority, HostKey host, size_t& body_bytes);
    void put_totals(Batch& extra, uint64_t pages, uint64_t bytes) const;
    bool failed(const Status& status);
    void give_up(const Error& error);
    Status make_writable(WallTime now);
    void tell_woken(std::vector<HostWake>& woken);

    std::unique_ptr<Store> store_;
    std::unique_ptr<Frontier> frontier_;
    std::unique_ptr<ArchiveKeeper> archive_;  // null: nothing is archived
    std::unique_ptr<PageSink> pages_;         // null: pages are not listed
    Executor& thread_;
    CommitterListener& listener_;
    const std::string product_;
    Totals totals_;
    std::atomic<int64_t> next_due_us_{INT64_MAX};
    std::atomic<bool> no_space_{false};
    mutable std::mutex refusal_mutex_;
    Refusal refusal_;  // guarded by refusal_mutex_
    WallTime resume_tried_at_{};
    std::atomic<bool> dead_{false};  // after a fatal error
};

}  // namespace crawld
