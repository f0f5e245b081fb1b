// RunMark: how the last run ended, and the windows it left in use (contract D4).
//
// Written unclean before the first request of a run and clean after the last commit. Slots of a
// clean stop are exact as long as the boot is the same, because Instants count from boot; after
// anything else every key counts as full, and stays so over the clean stops that follow: a key that
// no run has used since then has no gate of its own that would remember it.
// On disk: meta "run" = version(1) clean(1) text boot_id, windows(8), microseconds(8) of
//          blocked_since, text shared gates, varint n, n x (key(8), text gate).
// Test: tests/unit/crawl/run_mark_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.h"

namespace crawld {

struct RunMark {
    bool clean = false;
    std::string boot_id;
    uint64_t windows = 0;  // fingerprint of all that are configured: others block as a crash does
    Instant blocked_since = kAlways;                  // see CrawlContext
    std::string shared_gates;                         // SharedGates::save
    std::unordered_map<uint64_t, std::string> gates;  // Crawler::save_gates of all loops

    // Whether a run that starts in this boot at `now` may go on where that one stopped. A boot that
    // nobody can name is never the same one.
    bool exact_for(std::string_view boot, Instant now) const {
        return clean && !boot.empty() && boot == boot_id && blocked_since <= now;
    }
    std::string encode() const;
    static std::optional<RunMark> decode(std::string_view bytes);
};

inline constexpr std::string_view kRunMarkName = "run";

}  // namespace crawld
