// CrawlService: a running crawl: state opened, loops started, seeds read, crawlers fed, stopped.
//
// How: the process's main thread runs the main loop, which is also the first crawl loop; further
// ones have threads of their own. A host belongs to the loop of its registrable domain
// (HostKey::vshard). The committer's thread owns the frontier and sends hosts with work to their
// loops; the workers parse.
//
// Loops, threads, network and time are the seams given (seams.h).
//
// Thread: the main loop's. The listener is called there.
// Errors: start() gives the first error with its exit code; later ones come as on_failed.
// Test:   tests/scenarios/, tests/e2e/
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "archive/options.h"
#include "crawl/crawl_context.h"
#include "crawl/disk_watch.h"
#include "crawl/options.h"
#include "crawl/seams.h"
#include "dns/options.h"
#include "frontier/frontier.h"
#include "store/store.h"

namespace crawld {

// Everything the crawl needs of the configuration.
struct CrawlConfig {
    std::string state_dir;
    std::string version;  // of crawld, for the User-Agent
    IdentityOptions identity;
    CrawlOptions crawl;
    ThreadsOptions threads;
    NetworkOptions network;
    StoreOptions store;
    FrontierOptions frontier;
    PolitenessOptions politeness;
    std::shared_ptr<const HostOptionsTable> hosts;
    uint64_t robots_rules_max = kRobotsRulesMax;  // bytes, of one loop
    ArchiveOptions archive;
    std::string archive_directory;  // which exists
    std::string log_directory;      // of the crawl log; empty: there is none
    PagesOptions pages;             // whose directory is absolute, and exists
    std::string machine;            // its name
    std::string effective;  // the whole configuration as text, of which archives have a digest
};

class CrawlListener {
  public:
    virtual ~CrawlListener() = default;
    virtual void on_idle() = 0;                      // nothing is left to do now; may come again
    virtual void on_stopped() = 0;                   // after stop(): all is committed
    virtual void on_failed(const Error& error) = 0;  // the disk failed: exit and recover
};

struct CrawlProgress {
    uint64_t pages = 0;  // over all runs
    uint64_t bytes = 0;
    uint64_t known = 0;
    uint64_t queued = 0;
    uint64_t due = 0;
    uint64_t in_flight = 0;  // requests under way, and their pages until they are committed
    uint64_t hosts = 0;
    uint64_t hosts_waiting = 0;
    TallyCounts run;           // this run's
    Duration longest_turn{0};  // of a loop, in CPU time
    bool page_limit_reached = false;
    std::string paused;             // why, while there is no room on a disk
    uint64_t rules_bytes_most = 0;  // the most that the robots rules of a loop have taken in memory
    uint64_t rules_read = 0;        // how often they were read again
};

class CrawlService {
  public:
    struct Setup {
        std::unique_ptr<CrawlSeams> seams;
        Log& log;
        CrawlListener& listener;
        std::string boot_id;
        uint64_t prng_seed = 1;
        DiskWatch::Look disk_space;
    };
    static Result<std::unique_ptr<CrawlService>> start(Setup setup, const CrawlConfig& config);
    ~CrawlService();

    // Takes what may change at run time from `config`. An error changes nothing.
    Status reload(const CrawlConfig& config);
    // No new requests; in flight has `grace`, then is cancelled. on_stopped when durable.
    void stop(Duration grace);
    void hurry();  // the grace is over now
    CrawlProgress progress() const;

  private:
    CrawlService();
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace crawld
