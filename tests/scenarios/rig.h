// Rig: runs a scenario: the real CrawlService with its crawlers, committer, frontier and store, on
// simulated time, network and threads.
//
// The `steps:` of a scenario:
//
//     start | stop [GRACE] | restart | crash | reboot   of the process; it is started by itself
//     fault io_error|no_space|power_cut K     of the disks the K-th operation from now fails
//     power off dropped|torn                  a crash, and what was not synced is lost
//     older                             of a stopped process: its state is of format version 1
//     go                                until nothing is left to do, or a fault ends the process
//     run D                             time passes
//     until idle [within D]             until nothing is left to do
//     until PATTERN [within D]          until such an event is seen
//     reload                            the more indented lines below are the new configuration
//     term GRACE                        a stop begins; the process ends in a later step
//     hurry                             a second TERM
//     disk N | disk archive N           so many percent of the disk (of the archive's) are free
//     clock D | clock -D                the wall clock is set forward or back
//     page ..., host ..., address ...   the web changes (web_text.h)
//
// Without an `archive:` section nothing is archived. A `reboot` is a clean stop and a start under
// another boot id. At the end the process is stopped.
// What is seen: the log's events, `request` (fields url, host, authority, ip, robots, outcome), and
// from the rig `process.started`, `process.stopped`, `process.crashed`, `process.idled`, and
// `process.counted` (what progress() says, at every end of a process and at `until idle`).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "crawl/service.h"
#include "faults/fault_fs.h"
#include "log/log.h"
#include "scenarios/event.h"
#include "scenarios/scenario.h"
#include "support/fault_disk.h"
#include "support/sim_seams.h"
#include "support/sim_web.h"
#include "support/temp_dir.h"

namespace crawld {

inline constexpr std::string_view kArchiveDirectory = "/archive";
inline constexpr std::string_view kPagesDirectory = "/pages";

// A configuration that was in force, and what it says of each host.
struct Epoch {
    CrawldConfig config;
    std::shared_ptr<const HostOptionsTable> hosts;
};

class Rig : public CrawlListener {
  public:
    explicit Rig(const Scenario& scenario);
    ~Rig() override;

    // Throws ScenarioError for what cannot go on.
    void run();

    // By time, requests included; after run().
    const std::vector<SimEvent>& events() const { return events_; }
    const std::deque<SimRequest>& requests() const { return web_.requests(); }
    const std::vector<Epoch>& epochs() const { return epochs_; }
    test::FaultDisk& disk() { return disk_; }
    test::FaultPlan& faults() { return *faults_; }
    // The state, while no process has it.
    Result<std::unique_ptr<Store>> open_store();
    Instant began() const { return began_; }
    bool failed() const { return failed_; }

    void on_idle() override;
    void on_stopped() override;
    void on_failed(const Error& error) override;

  private:
    void do_step(const ScenarioLine& line);
    bool do_process_step(Words& words);
    void do_until(Words& words);
    void reload(const ScenarioLine& line);
    void load_config(std::string text, int line);
    void start();
    void stop(Duration grace);
    void crash();
    void power_off(test::Unsynced unsynced);
    void make_older();
    void go();
    void note(std::string name);
    void note_progress();
    template <class Condition>
    bool run_until(Condition condition, Duration limit);
    SimEvent event_of(const SimRequest& request) const;
    void gather_requests();

    const Scenario& scenario_;
    TempDir dir_;
    SimLoop loop_;
    const Instant began_;
    SimWeb web_;
    std::shared_ptr<test::FaultPlan> faults_ = std::make_shared<test::FaultPlan>();
    test::FaultDisk disk_{faults_};  // of the archive
    std::shared_ptr<test::FaultFileSystem> state_disk_ =
        std::make_shared<test::FaultFileSystem>(faults_);
    std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(state_disk_);
    Prng power_prng_;
    std::vector<SimEvent> events_;
    std::unique_ptr<Log> log_;
    std::vector<Epoch> epochs_;

    std::unique_ptr<CrawlService> service_;
    SimSeams* seams_ = nullptr;  // the service's
    int boots_ = 1;
    uint64_t starts_ = 0;
    double disk_free_ = 0.5;
    double archive_disk_free_ = 0.5;
    bool idle_ = false;
    bool stopping_ = false;
    bool stopped_ = false;
    bool failed_ = false;
};

}  // namespace crawld
