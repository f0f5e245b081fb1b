// SimSeams: all that a CrawlService runs on, simulated: any number of units on one SimLoop, the
// network of a SimWeb, and executors whose jobs take simulated time.
//
// Owns: the units and executors; the loop and the web must outlive it. What was posted or armed by
//       a service that is gone never runs.
// Test: tests/scenarios/
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "crawl/seams.h"
#include "support/sim_fetcher.h"
#include "support/sim_loop.h"
#include "support/sim_web.h"

namespace crawld {

// One of several loops that share the simulated time and the order of all events.
class SimLoopView : public Loop {
  public:
    explicit SimLoopView(SimLoop& loop) : loop_(loop) {}

    Instant now() const override { return loop_.now(); }
    WallTime wall() const override { return loop_.wall(); }
    void update_now() override {}
    void post(Task task) override;
    std::unique_ptr<Timer> make_timer(std::string_view phase, Task task) override {
        return loop_.make_timer(phase, std::move(task));
    }
    void set_turn(Task turn) override { turn_ = std::move(turn); }
    void run_turn() {
        if (turn_) turn_();
    }

  private:
    SimLoop& loop_;
    Task turn_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

class SimSeams : public CrawlSeams {
  public:
    using OpenStore = std::function<Result<std::unique_ptr<Store>>(const std::string& directory,
                                                                   const StoreOptions& options)>;
    // The disks outlive what is killed.
    SimSeams(SimLoop& loop, SimWeb& web, Disk& disk, OpenStore open_store, size_t units);
    ~SimSeams() override;

    // From now on nothing of this service happens any more: it died.
    void kill() { killed_ = true; }
    size_t in_flight() const;

    Loop& main_loop() override { return units_.front()->loop; }
    CrawlUnit unit(size_t index) override {
        Unit& unit = *units_[index];
        return {unit.loop, unit.resolver, unit.fetcher};
    }
    size_t unit_count() const override { return units_.size(); }
    Duration longest_turn() const override { return Duration{0}; }
    Executor& workers() override { return workers_; }
    Executor& committer() override { return committer_; }
    Disk& disk() override { return disk_; }
    Result<std::unique_ptr<Store>> open_store(const std::string& directory,
                                              const StoreOptions& options) override {
        return open_store_(directory, options);
    }
    void set_network(size_t, const NetworkOptions&, std::shared_ptr<const AddressPolicy>) override {
    }
    Status start_loops() override { return {}; }
    void stop_loops() override {}
    void finish_jobs() override;

  private:
    struct Unit {
        Unit(SimLoop& the_loop, SimWeb& web)
            : loop(the_loop), resolver(loop, web), fetcher(loop, web) {}
        SimLoopView loop;
        SimResolver resolver;
        SimFetcher fetcher;
    };

    SimLoop& loop_;
    Disk& disk_;
    const OpenStore open_store_;
    std::vector<std::unique_ptr<Unit>> units_;
    SimExecutor workers_;
    SimExecutor committer_;
    bool killed_ = false;
};

}  // namespace crawld
