// Timers and descriptor watches of a UvLoop.
#include <algorithm>
#include <optional>
#include <utility>

#include "base/check.h"
#include "loop/uv_state.h"

namespace crawld {

namespace {

// libuv counts on a clock that stands still while the machine is suspended. Looking at ours at
// least this often bounds how late a timer can be after that.
constexpr Duration kTimerStepMax = minutes(1);

struct TimerBody {
    uv_timer_t handle;
    UvLoop::State* state;
    std::string_view phase;
    Loop::Task task;
    Instant when;
    std::optional<DueTasks::iterator> place{};  // where it is due

    void start();
    void fired();
    void run();
    void forget();
};

void TimerBody::start() {
    const Duration left = std::clamp(when - state->now, Duration{0}, kTimerStepMax);
    const auto ms = std::chrono::ceil<milliseconds>(left).count();
    uv_timer_start(
        &handle, [](uv_timer_t* timer) { static_cast<TimerBody*>(timer->data)->fired(); },
        static_cast<uint64_t>(ms), 0);
}

void TimerBody::fired() {
    state->now = boot_now();
    // Early by libuv's rounding, or by the step above: wait for the rest.
    if (state->now < when) return start();
    state->skip_wait();
    place = state->due.insert(state->due.end(), {phase, [this] { run(); }});
}

void TimerBody::run() {
    place.reset();
    task();  // may end the timer; the body lives until libuv has closed its handle
}

void TimerBody::forget() {
    if (place) state->due.erase(*std::exchange(place, std::nullopt));
}

class UvTimer : public Timer {
  public:
    UvTimer(UvLoop::State& state, std::string_view phase, Loop::Task task)
        : state_(state), body_(new TimerBody{{}, &state, phase, std::move(task), kNever, {}}) {
        CRAWLD_CHECK(uv_timer_init(&state.loop, &body_->handle) == 0);
        body_->handle.data = body_.get();
        ++state.children;
    }
    ~UvTimer() override {
        body_->forget();
        --state_.children;
    }

    void arm(Instant when) override {
        if (when == kNever) return cancel();
        body_->forget();
        body_->when = when;
        body_->start();
    }
    void cancel() override {
        body_->forget();
        uv_timer_stop(&body_->handle);
    }

  private:
    UvLoop::State& state_;
    HandleOwner<TimerBody> body_;
};

class WatchBody {
  public:
    WatchBody(UvLoop::State& loop, std::string_view name, FdWatch::Ready task)
        : state(&loop), phase(name), ready(std::move(task)) {}
    void polled(int status, int uv_events);
    void run();
    void forget(int what);  // of what happened; all of it before the handle is closed

    uv_poll_t handle{};
    UvLoop::State* state;
    std::string_view phase;
    FdWatch::Ready ready;
    int events = 0;    // that are watched
    int happened = 0;  // and that it has not been told of; if any, it is in the list
    DueTasks::iterator place{};
};

// Nothing reads the descriptor before run(): libuv says the same of it again and again meanwhile.
void WatchBody::polled(int status, int uv_events) {
    if (state->waiting) state->end_wait();
    if (happened == 0) place = state->due.insert(state->due.end(), {phase, [this] { run(); }});
    if (status < 0) {  // EPOLLERR: libuv has stopped the watch and names no events
        events = 0;
        happened |= kFdError;
    }
    if ((uv_events & UV_READABLE) != 0) happened |= kReadable;
    if ((uv_events & UV_WRITABLE) != 0) happened |= kWritable;
    if (happened == 0) state->due.erase(place);
}

void WatchBody::run() {
    ready(
        std::exchange(happened, 0));  // may end the watch; the body lives until libuv has closed it
}

void WatchBody::forget(int what) {
    if (happened == 0) return;
    happened &= ~what;
    if (happened == 0) state->due.erase(place);
}

class UvWatch : public FdWatch {
  public:
    UvWatch(UvLoop::State& state, std::string_view phase, int fd, Ready ready)
        : state_(state), body_(new WatchBody(state, phase, std::move(ready))) {
        CRAWLD_CHECK(uv_poll_init(&state.loop, &body_->handle, fd) == 0);
        body_->handle.data = body_.get();
        ++state.children;
    }
    ~UvWatch() override {
        body_->forget(kReadable | kWritable | kFdError);
        --state_.children;
    }

    void set(int events) override {
        if (events == body_->events) return;  // libuv would leave and join epoll again
        body_->events = events;
        body_->forget(~events & (kReadable | kWritable));
        const int uv_events = ((events & kReadable) != 0 ? UV_READABLE : 0) |
                              ((events & kWritable) != 0 ? UV_WRITABLE : 0);
        const int error =
            uv_poll_start(&body_->handle, uv_events, [](uv_poll_t* poll, int status, int happened) {
                static_cast<WatchBody*>(poll->data)->polled(status, happened);
            });
        CRAWLD_CHECK(error == 0);
    }

  private:
    UvLoop::State& state_;
    HandleOwner<WatchBody> body_;
};

}  // namespace

std::unique_ptr<Timer> UvLoop::make_timer(std::string_view phase, Task task) {
    return std::make_unique<UvTimer>(*state_, phase, std::move(task));
}

std::unique_ptr<FdWatch> UvLoop::watch(std::string_view phase, int fd, FdWatch::Ready ready) {
    return std::make_unique<UvWatch>(*state_, phase, fd, std::move(ready));
}

}  // namespace crawld
