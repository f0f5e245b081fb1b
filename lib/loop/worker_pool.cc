#include <pthread.h>

#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "base/check.h"
#include "loop/executor.h"

namespace crawld {

struct WorkerPool::State {
    WorkerPoolOptions options;
    mutable std::mutex mutex;
    std::condition_variable work;
    std::deque<Job> queue;
    bool closing = false;
    std::vector<pthread_t> threads;

    // The next job in order, or an empty one when the pool closes and nothing is left.
    Job take() {
        std::unique_lock lock(mutex);
        work.wait(lock, [this] { return closing || !queue.empty(); });
        if (queue.empty()) return {};
        Job job = std::move(queue.front());
        queue.pop_front();
        return job;
    }

    static void* serve(void* argument) {
        auto* state = static_cast<State*>(argument);
        while (Job job = state->take())
            job();
        return nullptr;
    }

    Status start_thread(const pthread_attr_t& attributes, size_t index) {
        pthread_t thread{};
        const int error = pthread_create(&thread, &attributes, serve, this);
        const std::string nth =
            std::to_string(index + 1) + " of " + std::to_string(options.threads);
        if (error != 0) return tl::unexpected(thread_error(error, options.name + " " + nth));
        // The kernel keeps 15 bytes.
        const std::string name = options.name.substr(0, 12) + "-" + std::to_string(index);
        pthread_setname_np(thread, name.substr(0, 15).c_str());
        threads.push_back(thread);
        return {};
    }

    Status start_threads();
};

Status WorkerPool::State::start_threads() {
    // Signals belong to the loops: a worker is born with all of them blocked.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_t attributes;
    CRAWLD_CHECK(pthread_attr_init(&attributes) == 0);
    CRAWLD_CHECK(pthread_attr_setstacksize(&attributes, options.stack_bytes) == 0);
    Status started;
    for (size_t i = 0; i < options.threads && started; ++i)
        started = start_thread(attributes, i);
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return started;
}

Error thread_error(int error_number, const std::string& of_what) {
    Error error = errno_error(error_number, "cannot start the thread " + of_what);
    error.message +=
        "; allow more threads (ulimit -u, TasksMax= of the unit) or configure fewer "
        "(threads.loops, threads.workers)";
    return error;
}

Result<std::unique_ptr<WorkerPool>> WorkerPool::make(WorkerPoolOptions options) {
    std::unique_ptr<WorkerPool> pool(new WorkerPool(std::move(options)));
    if (Status started = pool->state_->start_threads(); !started)
        return tl::unexpected(started.error());
    return pool;
}

WorkerPool::WorkerPool(WorkerPoolOptions options) : state_(std::make_unique<State>()) {
    state_->options = std::move(options);
    CRAWLD_CHECK(state_->options.threads > 0 && state_->options.queue_max > 0);
}

WorkerPool::~WorkerPool() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->closing = true;
    }
    state_->work.notify_all();
    for (pthread_t thread : state_->threads)
        pthread_join(thread, nullptr);
}

bool WorkerPool::try_submit(Job job) {
    {
        const std::lock_guard lock(state_->mutex);
        if (state_->closing || state_->queue.size() >= state_->options.queue_max) return false;
        state_->queue.push_back(std::move(job));
    }
    state_->work.notify_one();
    return true;
}

size_t WorkerPool::queued() const {
    const std::lock_guard lock(state_->mutex);
    return state_->queue.size();
}

}  // namespace crawld
