#include "archive/archive_usage.h"

namespace crawld {

namespace {

constexpr int kTriesMax = 3;

}  // namespace

// Nothing: it cannot be told now, or names changed meanwhile, as by a file that was sealed.
std::optional<uint64_t> ArchiveUsage::sum() {
    const auto names = disk_.list(directory_);
    if (!names) return std::nullopt;
    uint64_t sum = 0;
    for (const std::string& name : *names) {
        const auto file = disk_.open_to_read(directory_ + "/" + name);
        const auto size = file ? (*file)->size() : tl::unexpected(file.error());
        if (!size) return std::nullopt;
        sum += *size;
    }
    return sum;
}

bool ArchiveUsage::count() {
    for (int tries = 0; tries < kTriesMax; ++tries) {
        const auto found = sum();
        if (!found) continue;
        bytes_ = *found;
        return true;
    }
    return false;
}

void ArchiveUsage::check(WallTime now) {
    const uint64_t bound = bound_;
    if (bound == 0) {
        over_ = false;
        return;
    }
    const bool may_count = now - counted_at_ >= kRecountGap || now < counted_at_;
    if (may_count && (stale_ || bytes_ >= bound)) {
        counted_at_ = now;
        stale_ = !count();
    }
    over_ = bytes_ >= bound;
}

}  // namespace crawld
