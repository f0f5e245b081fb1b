#include "support/sim_loop.h"

#include <algorithm>

#include "base/check.h"

namespace crawld {

namespace {
// At one instant. Beyond that the events cause each other for ever: on a real loop, a core that is
// busy with nothing.
constexpr uint64_t kEventsPerInstantMax = 1'000'000;
}  // namespace

class SimLoop::SimTimer : public Timer {
  public:
    SimTimer(SimLoop& loop, Task task)
        : loop_(loop), task_(std::make_shared<Task>(std::move(task))) {
        ++loop_.timers_;
    }
    ~SimTimer() override {
        cancel();
        --loop_.timers_;
    }

    void arm(Instant when) override {
        cancel();
        if (when == kNever) return;
        key_ = {std::max(when, loop_.now_), ++loop_.armings_};
        loop_.armed_.emplace(key_, this);
        is_armed_ = true;
    }
    void cancel() override {
        if (is_armed_) loop_.armed_.erase(key_);
        is_armed_ = false;
    }
    void fire() {
        cancel();
        const std::shared_ptr<Task> task = task_;  // the task may end its timer
        (*task)();
    }

  private:
    SimLoop& loop_;
    std::shared_ptr<Task> task_;
    Key key_;
    bool is_armed_ = false;
};

SimLoop::SimLoop(Instant start, WallTime wall_start)
    : start_(start), wall_start_(wall_start), now_(start) {}

SimLoop::~SimLoop() {
    turn_ = nullptr;
    posted_.clear();
    CRAWLD_CHECK(timers_ == 0);
}

std::unique_ptr<Timer> SimLoop::make_timer(std::string_view, Task task) {
    return std::make_unique<SimTimer>(*this, std::move(task));
}

bool SimLoop::step(Instant end) {
    const Instant before = now_;
    if (!posted_.empty()) {
        const Task task = std::move(posted_.front());
        posted_.pop_front();
        task();
    } else if (!armed_.empty() && armed_.begin()->first.first <= end) {
        now_ = armed_.begin()->first.first;
        armed_.begin()->second->fire();
    } else {
        return false;
    }
    ++events_;
    events_now_ = now_ == before ? events_now_ + 1 : 0;
    CRAWLD_CHECK(events_now_ < kEventsPerInstantMax);
    if (turn_) turn_();
    return true;
}

void SimLoop::run_until(Instant end) {
    while (step(end)) {
    }
    now_ = std::max(now_, end);
}

bool SimLoop::run_until_idle(Instant limit) {
    while (step(limit)) {
    }
    return posted_.empty() && armed_.empty();
}

SimExecutor::SimExecutor(SimLoop& loop, Duration delay, size_t queue_max)
    : loop_(loop),
      delay_(delay),
      queue_max_(queue_max),
      timer_(loop.make_timer("executor", [this] { run_due(); })) {}

bool SimExecutor::try_submit(Job job) {
    if (queue_.size() >= queue_max_) return false;
    queue_.emplace_back(loop_.now() + delay_, std::move(job));
    timer_->arm(queue_.front().first);
    return true;
}

void SimExecutor::drain() {
    timer_->cancel();
    while (!queue_.empty()) {
        const Job job = std::move(queue_.front().second);
        queue_.pop_front();
        job();
    }
    timer_->cancel();
}

void SimExecutor::run_due() {
    const Job job = std::move(queue_.front().second);
    queue_.pop_front();
    if (!queue_.empty()) timer_->arm(queue_.front().first);
    job();
}

}  // namespace crawld
