#include "loop/uv_loop.h"

#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <utility>

#include "base/check.h"
#include "loop/uv_state.h"

namespace crawld {

UvLoop::State::State() {
    CRAWLD_CHECK(uv_loop_init(&loop) == 0);
    CRAWLD_CHECK(uv_async_init(&loop, &async, [](uv_async_t*) {}) ==
                 0);  // on_check() does the work
    CRAWLD_CHECK(uv_idle_init(&loop, &idle) == 0);
    CRAWLD_CHECK(uv_prepare_init(&loop, &prepare) == 0);
    prepare.data = this;
    CRAWLD_CHECK(uv_prepare_start(&prepare, [](uv_prepare_t* handle) {
                     auto* self = static_cast<State*>(handle->data);
                     self->wait_begin_ns = uv_hrtime();
                     self->waiting = true;
                 }) == 0);
    CRAWLD_CHECK(uv_check_init(&loop, &check) == 0);
    check.data = this;
    CRAWLD_CHECK(uv_check_start(&check, [](uv_check_t* handle) {
                     static_cast<State*>(handle->data)->on_check();
                 }) == 0);
}

UvLoop::State::~State() {
    turn = nullptr;
    posted.clear();  // tasks may own timers, which take themselves out of the queue
    for (SignalWatch& signal : signals) {
        signal.watch.reset();
        close(signal.fd);
    }
    while (!due.empty()) {
        const DueTask last = std::move(due.back());
        due.pop_back();
    }
    CRAWLD_CHECK(children == 0);
    uv_close(as_handle(&async), nullptr);
    uv_close(as_handle(&idle), nullptr);
    uv_close(as_handle(&prepare), nullptr);
    uv_close(as_handle(&check), nullptr);
    while (uv_run(&loop, UV_RUN_DEFAULT) != 0) {
    }
    CRAWLD_CHECK(uv_loop_close(&loop) == 0);
}

void UvLoop::State::skip_wait() {
    uv_idle_start(&idle, [](uv_idle_t*) {});
}

void UvLoop::State::on_check() {
    if (waiting) end_wait();
    uv_idle_stop(&idle);
    run_due();
    if (turn) {
        const Phase phase(*this, "turn");
        turn();
    }
    measure();
    if (stopping) uv_stop(&loop);
}

void UvLoop::State::take_posted() {
    const std::lock_guard lock(mutex);
    for (Task& task : posted)
        due.push_back({"posted", std::move(task)});
    posted.clear();
}

void UvLoop::State::run_due() {
    take_posted();
    if (due.empty()) return;
    const Instant end = boot_now() + kSlice;
    do {
        const DueTask first = std::move(due.front());
        due.pop_front();
        const Phase phase(*this, first.phase);
        first.run();
    } while (!due.empty() && now < end);
    if (!due.empty()) skip_wait();
}

void UvLoop::State::end_wait() {
    waited_ns = uv_hrtime() - wait_begin_ns;
    waiting = false;
}

void UvLoop::State::measure() {
    const uint64_t end_ns = uv_hrtime();
    const uint64_t busy_ns = end_ns - iteration_begin_ns - waited_ns;
    const Duration busy{static_cast<Duration::rep>(busy_ns / 1'000)};
    const Duration cpu = thread_cpu() - iteration_begin_cpu;
    if (cpu.count() > longest_cpu) longest_cpu = cpu.count();
    const bool stalled = busy > stall_threshold.busy || cpu > stall_threshold.cpu;
    if (stalled && stall_listener)
        stall_listener({.busy = busy, .cpu = cpu, .phase = phases.longest()});
    begin_iteration();
}

void UvLoop::State::begin_iteration() {
    phases.clear();
    iteration_begin_ns = uv_hrtime();
    iteration_begin_cpu = thread_cpu();
}

UvLoop::UvLoop() : state_(std::make_unique<State>()) {}
UvLoop::~UvLoop() = default;

Instant UvLoop::now() const {
    return state_->now;
}

WallTime UvLoop::wall() const {
    return wall_now();
}

void UvLoop::post(Task task) {
    bool first = false;
    {
        const std::lock_guard lock(state_->mutex);
        first = state_->posted.empty();
        state_->posted.push_back(std::move(task));
    }
    if (state_->loop_thread == std::this_thread::get_id()) {
        state_->skip_wait();
    } else if (first) {  // one wake-up serves the whole batch
        uv_async_send(&state_->async);
    }
}

void UvLoop::set_turn(Task turn) {
    state_->turn = std::move(turn);
}

void UvLoop::run() {
    State& state = *state_;
    CRAWLD_CHECK(state.loop_thread.load() == std::thread::id{});
    state.loop_thread = std::this_thread::get_id();
    update_now();
    state.begin_iteration();
    uv_run(&state.loop, UV_RUN_DEFAULT);
    state.stopping = false;
    state.loop_thread = std::thread::id{};
}

void UvLoop::stop() {
    state_->stopping = true;
    uv_async_send(&state_->async);
}

void UvLoop::update_now() {
    state_->now = boot_now();
    uv_update_time(&state_->loop);
}

void UvLoop::on_signal(int signal_number, Task task) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, signal_number);
    CRAWLD_CHECK(pthread_sigmask(SIG_BLOCK, &signals, nullptr) == 0);
    const int fd = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
    CRAWLD_CHECK(fd >= 0);
    auto received = [fd, task = std::move(task)](int) {
        signalfd_siginfo info{};
        while (read(fd, &info, sizeof(info)) == sizeof(info))
            task();
    };
    state_->signals.push_back({fd, watch("signal", fd, std::move(received))});
    state_->signals.back().watch->set(kReadable);
}

void UvLoop::set_stall_listener(StallThreshold threshold, StallListener listener) {
    state_->stall_threshold = threshold;
    state_->stall_listener = std::move(listener);
}

Duration UvLoop::longest_cpu() const {
    return Duration{state_->longest_cpu.load()};
}

}  // namespace crawld
