// SystemSeams: the real seams: libuv's loops, c-ares, curl and threads.
//
// Errors: make() refuses entries of the `network:` section that cannot be read; threads that cannot
//         be had are an os_limit.
// Test:   tests/e2e/
#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "archive/posix_disk.h"
#include "base/result.h"
#include "crawl/options.h"
#include "crawl/seams.h"
#include "dns/cares_resolver.h"
#include "fetch/curl_fetcher.h"
#include "log/log.h"
#include "loop/uv_loop.h"

namespace crawld {

class SystemSeams : public CrawlSeams {
  public:
    struct Setup {
        UvLoop& main_loop;
        Log& log;  // hears of stalled loops
        ThreadsOptions threads;
        NetworkOptions network;
        uint32_t concurrency = 0;  // of the process; 0: no limit
        ByteSize bodies_max;       // fetch.bodies_max
    };
    static Result<std::unique_ptr<SystemSeams>> make(const Setup& setup);
    ~SystemSeams() override;
    // The libcurl that is loaded, and a sentence about it if it is unfit for a crawl.
    static std::string curl_version();
    static std::string curl_complaint();

    Loop& main_loop() override { return *units_.front()->loop; }
    CrawlUnit unit(size_t index) override;
    size_t unit_count() const override { return units_.size(); }
    Duration longest_turn() const override;
    Executor& workers() override { return *workers_; }
    Executor& committer() override { return *committer_; }
    Disk& disk() override { return disk_; }
    Result<std::unique_ptr<Store>> open_store(const std::string& directory,
                                              const StoreOptions& options) override {
        return Store::open(directory, options);
    }
    void set_network(size_t index, const NetworkOptions& options,
                     std::shared_ptr<const AddressPolicy> policy) override;
    Status start_loops() override;
    void stop_loops() override;
    void finish_jobs() override;

  private:
    struct Unit {
        std::unique_ptr<UvLoop> own_loop;  // null for the main loop
        UvLoop* loop = nullptr;
        std::unique_ptr<CaresResolver> resolver;
        std::unique_ptr<CurlFetcher> fetcher;
        std::thread thread;
    };

    SystemSeams() = default;

    PosixDisk disk_;
    std::vector<std::unique_ptr<Unit>> units_;
    std::unique_ptr<WorkerPool> workers_;
    std::unique_ptr<WorkerPool> committer_;
};

}  // namespace crawld
