// Executor: the seam for work off the loop: the parse workers and the committer's thread.
//
// Errors: try_submit returns false when the queue is full: the caller keeps the job and stops
//         admitting (that is the backpressure); and when the executor ends, which runs what it has.
//         Threads that cannot be had are an os_limit.
// Test:   tests/unit/loop/worker_pool_test.cc
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

namespace crawld {

class Executor {
  public:
    using Job = std::function<void()>;

    virtual ~Executor() = default;
    // Runs the job once on another thread, first in first out per executor. Any thread.
    virtual bool try_submit(Job job) = 0;
};

struct WorkerPoolOptions {
    std::string name;              // thread name, at most 12 bytes
    size_t threads = 1;            // one thread makes an executor that keeps order
    size_t queue_max = 1024;       // jobs waiting
    size_t stack_bytes = 8 << 20;  // Gumbo recurses
};

// Real threads. Destruction finishes the queued jobs, then joins.
class WorkerPool : public Executor {
  public:
    // All of its threads, or an error.
    static Result<std::unique_ptr<WorkerPool>> make(WorkerPoolOptions options);
    ~WorkerPool() override;
    bool try_submit(Job job) override;
    size_t queued() const;

  private:
    explicit WorkerPool(WorkerPoolOptions options);
    struct State;
    std::unique_ptr<State> state_;
};

// The error for a thread that could not be started: what of, and what to do.
Error thread_error(int error_number, const std::string& of_what);

}  // namespace crawld
