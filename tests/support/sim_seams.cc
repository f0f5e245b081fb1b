#include "support/sim_seams.h"

namespace crawld {

namespace {

constexpr Duration kDigestTime = milliseconds(2);
constexpr Duration kCommitTime = milliseconds(4);
constexpr size_t kPagesWaitingMax = 1024;
constexpr size_t kJobsMax = 1 << 20;

}  // namespace

void SimLoopView::post(Task task) {
    loop_.post([task = std::move(task), alive = std::weak_ptr<bool>(alive_)] {
        if (!alive.expired()) task();
    });
}

SimSeams::SimSeams(SimLoop& loop, SimWeb& web, Disk& disk, OpenStore open_store, size_t units)
    : loop_(loop),
      disk_(disk),
      open_store_(std::move(open_store)),
      workers_(loop, kDigestTime, kPagesWaitingMax),
      committer_(loop, kCommitTime, kJobsMax) {
    for (size_t i = 0; i < units; ++i)
        units_.push_back(std::make_unique<Unit>(loop, web));
    loop.set_turn([this] {
        for (auto& unit : units_)
            unit->loop.run_turn();
    });
}

SimSeams::~SimSeams() {
    loop_.set_turn([] {});
}

size_t SimSeams::in_flight() const {
    size_t sum = 0;
    for (const auto& unit : units_)
        sum += unit->fetcher.in_flight();
    return sum;
}

void SimSeams::finish_jobs() {
    if (killed_) return;
    workers_.drain();
    committer_.drain();
}

}  // namespace crawld
