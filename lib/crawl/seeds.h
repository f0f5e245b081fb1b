// SeedReader: seeds of the configuration and of files with millions of lines, streamed.
//
// Two passes: the first only tells the Scope what the seeds are, so that no page fetched early is
// judged by half a scope; the second makes the URLs known, batch by batch, while pages are crawled.
// How far the second got is in the same commit as the batch, so a restart goes on there, and a file
// that was read whole is read again only if it changed.
//
// Thread: the main loop's; lines are read and parsed on the workers.
// Errors: lines that are no http(s) URL are told by seed.rejected (the first kRejectedTold of a
//         source) and counted in seeds.read. open() names a file that cannot be read.
// Bound:  one batch of kBatchLines in memory; lines above kLineBytesMax are rejected, and never in
//         memory as a whole.
// Test:   tests/unit/crawl/seeds_test.cc
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "crawl/committer.h"
#include "crawl/options.h"
#include "log/log.h"
#include "loop/executor.h"
#include "loop/loop.h"
#include "url/canonical_rules.h"
#include "url/scope.h"

namespace crawld {

class SeedReader {
  public:
    static constexpr size_t kBatchLines = 2'000;
    static constexpr size_t kLineBytesMax = 16 * 1024;
    static constexpr uint64_t kRejectedTold = 20;

    struct Setup {
        Loop& loop;
        Executor& workers;
        Committer& committer;
        Log& log;
        std::shared_ptr<Scope> scope;
        std::shared_ptr<const Suffixes> suffixes;
        std::shared_ptr<const CanonicalRules> canonical;
    };
    struct Listener {
        std::function<void()> scope_known;  // the first pass is over
        std::function<void()> finished;     // all seeds are in the frontier
    };

    // A file that cannot be opened is an error that names it (configuration, 78).
    static Status check(const std::vector<SeedOption>& seeds);
    // Differs from what it was before if one of the files was written to or replaced meanwhile.
    static std::string versions(const std::vector<SeedOption>& seeds);

    SeedReader(Setup setup, const std::vector<SeedOption>& seeds, Listener listener);
    ~SeedReader();
    void start();

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace crawld
