// Daemon: the process of `crawld run`: signals, readiness, watchdog, progress, exit code.
//
// How: configuration, log, state and service are opened in this order; what fails ends the process
// with one sentence and the exit code of its Error. Then the main loop runs until a signal, until
// nothing is left (--until-idle), or until the disk fails.
// Signals: TERM and INT stop with a grace for what is in flight, a second one within 2 s; HUP loads
// the configuration again; USR1 reopens the logs; USR2 says where the crawl stands.
// Test: tests/e2e/
#pragma once

#include <memory>
#include <string>

#include "config/config.h"
#include "crawl/service.h"
#include "daemon/notify.h"
#include "daemon/progress.h"
#include "daemon/system.h"
#include "log/log.h"
#include "loop/uv_loop.h"

namespace crawld {

struct RunArguments {
    std::string config_path;
    bool until_idle = false;
};

class Daemon : public CrawlListener {
  public:
    explicit Daemon(RunArguments arguments) : arguments_(std::move(arguments)) {}
    ~Daemon() override;

    int run();  // the exit code

    void on_idle() override;
    void on_stopped() override;
    void on_failed(const Error& error) override;

  private:
    Status open();
    Status open_log();
    // With as many requests in flight as the limit of open files allows; says so where those are
    // fewer.
    CrawldConfig within_descriptors(CrawldConfig config);
    void watch_signals();
    void stop(const std::string& reason);
    // Read on a thread of its own: a file may name thousands of hosts.
    void reload();
    struct ConfigRead;
    static ConfigRead read_config(const std::string& path, const CrawldConfig& running);
    void take_config(ConfigRead read);
    void config_is_taken(ConfigRead read);
    void reopen_logs();
    void tick();
    void report_progress();
    int fail_start(const Error& error);

    RunArguments arguments_;
    UvLoop loop_;
    Notify notify_;
    CrawldConfig config_;
    uint64_t descriptors_ = 0;  // the limit
    StateLock lock_;
    std::unique_ptr<Log> log_;
    std::unique_ptr<CrawlService> service_;
    std::unique_ptr<ProgressView> view_;
    std::unique_ptr<WorkerPool> config_reader_;  // while it reads
    bool read_again_ = false;                    // asked for meanwhile
    std::unique_ptr<Timer> tick_;
    std::unique_ptr<Timer> last_resort_;
    Instant started_{};
    Instant reported_{};
    uint64_t reported_pages_ = 0;
    bool stopping_ = false;
    bool nothing_left_ = false;
    int exit_code_ = 0;
};

// Where the crawl log is; empty if there is none.
std::string crawl_log_path(const CrawldConfig& config);
std::string archive_directory(const CrawldConfig& config);
std::string pages_directory(const CrawldConfig& config);
// Prints every error of a configuration to stderr; the exit code.
int print_config_failure(const ConfigFailure& failure);

}  // namespace crawld
