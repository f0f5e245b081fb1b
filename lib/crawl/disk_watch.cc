#include "crawl/disk_watch.h"

#include <algorithm>
#include <set>
#include <utility>

#include "log/events.h"

namespace crawld {

namespace {

constexpr Duration kLookGap = seconds(1);
constexpr double kEnough = 1.2;  // of what is asked for, before it goes on

}  // namespace

DiskWatch::DiskWatch(Log& log, Look look, std::vector<std::string> directories)
    : log_(log),
      look_(std::move(look)),
      directories_(std::move(directories)),
      low_(directories_.size()),
      lacks_(directories_.size() + 2) {}

void DiskWatch::check_disks(uint32_t free_percent) {
    std::set<uint64_t> seen;
    for (size_t i = 0; i < directories_.size(); ++i) {
        const DiskSpace space = look_(directories_[i]);
        const double wanted = free_percent / 100.0 * (low_[i].empty() ? 1 : kEnough);
        low_[i].clear();
        if (!seen.insert(space.device).second) continue;
        if (space.free_fraction < wanted)
            low_[i] = "less than limits.disk_free_percent is free";
        else if (space.free_inodes_fraction < wanted)
            low_[i] = "less than limits.disk_free_percent of the inodes are free";
    }
}

void DiskWatch::check(Instant now, uint32_t free_percent, const Known& known) {
    if (now - looked_at_ >= kLookGap) {
        looked_at_ = now;
        check_disks(free_percent);
    }
    for (size_t i = 0; i < directories_.size(); ++i)
        set(lacks_[i], !low_[i].empty(), now, directories_[i], low_[i]);
    const Refusal refusal = known.refusal.value_or(Refusal{});
    set(lacks_[lacks_.size() - 2], known.refusal.has_value(), now, refusal.directory,
        refusal.message);
    set(lacks_.back(), !known.over_budget.empty(), now, known.over_budget,
        "archive.disk_budget is reached: move archive files away, or raise it and reload");
}

void DiskWatch::set(Lack& lack, bool is, Instant now, const std::string& directory,
                    const std::string& detail) {
    if (is == (lack.since != kNever)) return;
    if (is) {
        lack = {now, directory, detail};
        log_.write(DiskFilled{
            .path = directory, .free_bytes = look_(directory).free_bytes, .detail = detail});
        return;
    }
    const Lack ended = std::exchange(lack, Lack{});
    log_.write(DiskRecovered{.path = ended.directory,
                             .free_bytes = look_(ended.directory).free_bytes,
                             .paused_s = to_seconds(now - ended.since)});
}

bool DiskWatch::is_short() const {
    return std::any_of(lacks_.begin(), lacks_.end(),
                       [](const Lack& lack) { return lack.since != kNever; });
}

std::string DiskWatch::reason() const {
    const auto first =
        std::min_element(lacks_.begin(), lacks_.end(),
                         [](const Lack& a, const Lack& b) { return a.since < b.since; });
    if (first->since == kNever) return {};
    return first->directory + ": " + first->detail;
}

}  // namespace crawld
