// CrawlSeams: what a crawl runs on: loops, each with its resolver and fetcher, and threads for the
// work that is done off them. All that is not deterministic is behind this one interface, so that
// the whole service runs on simulated time in tests. SystemSeams (system_seams.h) is the real one.
//
// Owns:   everything it returns a reference to, from construction to destruction.
// Thread: the main loop's, except where a function says otherwise.
// Test:   tests/scenarios/
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "archive/disk.h"
#include "base/result.h"
#include "dns/address_policy.h"
#include "dns/options.h"
#include "dns/resolver.h"
#include "fetch/fetcher.h"
#include "loop/executor.h"
#include "loop/loop.h"
#include "store/store.h"

namespace crawld {

struct CrawlUnit {
    Loop& loop;
    Resolver& resolver;
    Fetcher& fetcher;
};

class CrawlSeams {
  public:
    virtual ~CrawlSeams() = default;
    virtual Loop& main_loop() = 0;
    // Unit 0 is on the main loop; any thread.
    virtual CrawlUnit unit(size_t index) = 0;
    virtual size_t unit_count() const = 0;
    // CPU time of the longest iteration of any of the loops; any thread.
    virtual Duration longest_turn() const = 0;
    virtual Executor& workers() = 0;
    virtual Executor& committer() = 0;  // one thread
    virtual Disk& disk() = 0;           // for the archive
    virtual Result<std::unique_ptr<Store>> open_store(const std::string& directory,
                                                      const StoreOptions& options) = 0;

    // What a reload may change of the network; on the unit's loop. The options are valid.
    virtual void set_network(size_t index, const NetworkOptions& options,
                             std::shared_ptr<const AddressPolicy> policy) = 0;
    // The loops beside the main one begin to run, and end; stopping twice is fine.
    virtual Status start_loops() = 0;
    virtual void stop_loops() = 0;
    // The jobs that executors have are run to their end, and none is taken any more.
    virtual void finish_jobs() = 0;
};

}  // namespace crawld
