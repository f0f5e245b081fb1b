// What is behind a UvLoop; private to loop/.
//
// How one iteration goes: libuv notes which timers are due, waits for descriptors and notes which
// are ready; on_check() then runs the callbacks of both and what was posted, calls the turn and
// measures how long all this took without the waiting. A timer fires *before* libuv waits, so it
// starts the idle handle, which makes that wait a glance: the turn is never late by a wait. Posting
// from the loop's own thread does the same, and saves the system calls of a wake-up.
//
// All callbacks and tasks stand in one queue, in the order in which they became due, and have a
// slice of each iteration, kSlice. What is left when it is over goes first in the next one; at
// least one runs in each.
//
// Handles: libuv may touch a handle until its close callback, so each lives on the heap inside a
// body that also holds what its callbacks need; the owner closes it, and the close callback frees
// the body. A callback may therefore end its own owner, if it touches nothing afterwards.
#pragma once

#include <uv.h>

#include <atomic>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "loop/clock.h"
#include "loop/phase_times.h"
#include "loop/uv_loop.h"

namespace crawld {

template <class Handle>
uv_handle_t* as_handle(Handle* handle) {
    return reinterpret_cast<uv_handle_t*>(handle);  // libuv's own way of deriving
}

// The deleter of a body whose libuv handle is called `handle`, with handle.data pointing back.
struct HandleCloser {
    template <class Body>
    void operator()(Body* body) const {
        uv_close(as_handle(&body->handle),
                 [](uv_handle_t* closed) { delete static_cast<Body*>(closed->data); });
    }
};
template <class Body>
using HandleOwner = std::unique_ptr<Body, HandleCloser>;

constexpr Duration kSlice = milliseconds(1);

// A callback that is due and waits for its slice.
struct DueTask {
    std::string_view phase;
    Loop::Task run;
};
using DueTasks = std::list<DueTask>;

struct SignalWatch {
    int fd;  // signalfd(2)
    std::unique_ptr<FdWatch> watch;
};

struct UvLoop::State {
    State();
    ~State();
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void skip_wait();  // the coming wait must not block
    void on_check();
    void take_posted();
    void run_due();
    void end_wait();  // what was waited for has come
    void begin_iteration();
    void measure();

    uv_loop_t loop{};
    uv_async_t async{};  // wakes the wait; coalesces
    uv_idle_t idle{};
    uv_prepare_t prepare{};
    uv_check_t check{};
    size_t children = 0;  // timers and watches that are still held
    std::vector<SignalWatch> signals;

    Instant now = boot_now();
    Task turn;

    DueTasks due;

    std::mutex mutex;
    std::vector<Task> posted;  // guarded by mutex
    std::atomic<bool> stopping = false;
    std::atomic<std::thread::id> loop_thread;  // no thread: not running

    PhaseTimes phases;
    StallThreshold stall_threshold{.busy = Duration::max(), .cpu = Duration::max()};
    StallListener stall_listener;
    Duration iteration_begin_cpu{0};
    std::atomic<Duration::rep> longest_cpu{0};
    // CLOCK_MONOTONIC: a suspended machine has not stalled. The wait ends with the first callback
    // after it; libuv's own idle time leaves out a wait that a signal cut short.
    uint64_t iteration_begin_ns = 0;
    uint64_t wait_begin_ns = 0;
    uint64_t waited_ns = 0;
    bool waiting = false;
};

// Stands around every callback: reads the clock before it, and counts its time after it.
class Phase {
  public:
    Phase(UvLoop::State& state, std::string_view name) : state_(state), name_(name) {
        if (state_.waiting) state_.end_wait();
        state_.now = begin_ = boot_now();
    }
    ~Phase() {
        state_.now = boot_now();
        state_.phases.add(name_, state_.now - begin_);
    }
    Phase(const Phase&) = delete;
    Phase& operator=(const Phase&) = delete;

  private:
    UvLoop::State& state_;
    std::string_view name_;
    Instant begin_;
};

}  // namespace crawld
