// UvLoop: the real Loop, on libuv. The only door to libuv in the program.
//
// Thread: run() and everything but post() and stop() on one thread; stop() and post() from any.
// Owns:   FdWatch and Timer objects are the caller's and must be gone before the loop is.
// Test:   tests/unit/loop/uv_loop_test.cc
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "loop/loop.h"

namespace crawld {

inline constexpr int kReadable = 1;
inline constexpr int kWritable = 2;
inline constexpr int kFdError = 4;  // error or hang-up; libuv has stopped the watch

// Readiness of one descriptor that somebody else owns (curl, c-ares). Level-triggered. Destroying
// it ends the watch; its own `ready` may do that. Setting the same events again costs nothing.
class FdWatch {
  public:
    using Ready = std::function<void(int events)>;
    virtual ~FdWatch() = default;
    virtual void set(int events) = 0;  // kReadable | kWritable; 0 pauses
};

class UvLoop : public Loop {
  public:
    UvLoop();
    ~UvLoop() override;

    Instant now() const override;
    WallTime wall() const override;
    void update_now() override;
    void post(Task task) override;
    std::unique_ptr<Timer> make_timer(std::string_view phase, Task task) override;
    void set_turn(Task turn) override;

    void run();   // until stop()
    void stop();  // any thread
    // The same fd number may be watched again as soon as the older watch of it is destroyed.
    std::unique_ptr<FdWatch> watch(std::string_view phase, int fd, FdWatch::Ready ready);
    // Calls the task on the loop at such a signal of the process. One loop may own a signal. It is
    // blocked from here on, in this thread and those that it starts: call this before the others
    // are started, or the signal ends the process there.
    void on_signal(int signal_number, Task task);
    // One iteration. `busy` counts also what others took of the processor meanwhile; `cpu` is this
    // thread's own. `phase` took most of it: a name given to make_timer() or watch(), "turn",
    // "posted".
    struct Stall {
        Duration busy{0};
        Duration cpu{0};
        std::string_view phase;
    };
    // Called after an iteration that was busy, not waiting, or used CPU for longer than this.
    struct StallThreshold {
        Duration busy;
        Duration cpu;
    };
    using StallListener = std::function<void(const Stall& stall)>;
    void set_stall_listener(StallThreshold threshold, StallListener listener);
    // CPU time of the iteration that took most, since run(); any thread.
    Duration longest_cpu() const;

    struct State;  // uv_state.h, private to loop/

  private:
    std::unique_ptr<State> state_;
};

}  // namespace crawld
