// Loop: the seam for time and wake-ups; one per loop thread.
//
// How things move: a loop iteration waits for descriptors, timers and posted tasks, runs what is
// due, and then runs the *turn* once (the crawler's drain-admit-commit). What is due and does not
// fit a few milliseconds waits for the next iterations in the order in which it came, so that no
// turn is late: a callback does a small piece of work and comes again. Other threads reach a loop
// only by post(). Heavy work leaves the loop through an Executor (executor.h) and comes back by
// post(). UvLoop (uv_loop.h) is the real one; tests/support/sim_loop.h is a simulated one in which
// a day passes in seconds and a seed repeats exactly.
//
// Thread: everything but post() on the loop's own thread.
// Time:   now() is CLOCK_BOOTTIME, read before each callback, so it stands still within one; wall()
//         is UTC. Nothing else in the program reads a clock.
// Owns:   a Timer is owned by the caller and must not outlive its loop.
// Test:   tests/unit/loop/
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "base/time.h"

namespace crawld {

// One wake-up time. Destroying it cancels it; its task may destroy it.
class Timer {
  public:
    virtual ~Timer() = default;
    virtual void arm(Instant when) = 0;  // replaces any earlier time; a past time means "soon"
    virtual void cancel() = 0;
};

class Loop {
  public:
    using Task = std::function<void()>;

    virtual ~Loop() = default;
    virtual Instant now() const = 0;
    virtual WallTime wall() const = 0;
    // Reads the clock again: call after a long callback, before using now() for a deadline.
    virtual void update_now() = 0;
    // Runs the task on the loop's thread, in the order posted; never from inside post() or another
    // callback. Many tasks at once are spread over several turns. Any thread.
    virtual void post(Task task) = 0;
    // `phase` (a literal) names the task in loop.stalled.
    virtual std::unique_ptr<Timer> make_timer(std::string_view phase, Task task) = 0;
    // Called once at the end of every iteration.
    virtual void set_turn(Task turn) = 0;
};

}  // namespace crawld
