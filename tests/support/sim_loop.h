// SimLoop and SimExecutor: the loop seam in simulated time. A day passes in the time its events
// take to compute, and the same calls in the same order give the same run.
//
// How: an event is one posted task or one due timer. Posted tasks come before timers, timers come
//      in the order of their times and, at the same time, of their arming. The turn follows every
//      event, as it follows every iteration of the real loop. Time moves only from one timer to the
//      next, never while anything runs.
// Thread: one; post() too.
// Test: tests/unit/loop/sim_loop_test.cc
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string_view>
#include <utility>

#include "loop/executor.h"
#include "loop/loop.h"

namespace crawld {

class SimLoop : public Loop {
  public:
    // A boot some time ago, and a wall clock that reads 2026-01-01T00:00:00Z at the start.
    explicit SimLoop(Instant start = instant_from_us(1'000'000'000),
                     WallTime wall_start = wall_from_us(1'767'225'600'000'000));
    ~SimLoop() override;

    Instant now() const override { return now_; }
    WallTime wall() const override { return wall_start_ + (now_ - start_) + wall_jump_; }
    void update_now() override {}  // time stands still while anything runs
    void post(Task task) override { posted_.push_back(std::move(task)); }
    std::unique_ptr<Timer> make_timer(std::string_view phase, Task task) override;
    void set_turn(Task turn) override { turn_ = std::move(turn); }

    // Runs what is posted and due up to and including `end`, and leaves the time there.
    void run_until(Instant end);
    void run_for(Duration time) { run_until(now_ + time); }
    // Runs until nothing is posted and no timer is armed; false if that takes beyond `limit`.
    bool run_until_idle(Instant limit);
    // One event; false if nothing is left to happen up to `end`.
    bool step(Instant end = kNever);

    // The wall clock is set, forward or back; the boot clock does not notice.
    void jump_wall(Duration by) { wall_jump_ += by; }
    uint64_t events() const { return events_; }
    size_t timers_armed() const { return armed_.size(); }

  private:
    class SimTimer;
    using Key = std::pair<Instant, uint64_t>;  // when, order of arming

    const Instant start_;
    const WallTime wall_start_;
    Instant now_;
    Duration wall_jump_{0};
    std::deque<Task> posted_;
    std::map<Key, SimTimer*> armed_;
    uint64_t armings_ = 0;
    uint64_t events_ = 0;
    uint64_t events_now_ = 0;  // since the time last moved
    size_t timers_ = 0;
    Task turn_;
};

// Runs each job on the loop, in order, `delay` after it was submitted (after 0: in an event of its
// own). Jobs waiting are bounded like those of a WorkerPool.
class SimExecutor : public Executor {
  public:
    explicit SimExecutor(SimLoop& loop, Duration delay = Duration{0}, size_t queue_max = 1024);
    bool try_submit(Job job) override;
    size_t queued() const { return queue_.size(); }
    void set_delay(Duration delay) { delay_ = delay; }
    void drain();  // runs all jobs at once, as the end of a WorkerPool does

  private:
    void run_due();

    SimLoop& loop_;
    Duration delay_;
    size_t queue_max_;
    std::deque<std::pair<Instant, Job>> queue_;
    std::unique_ptr<Timer> timer_;
};

}  // namespace crawld
