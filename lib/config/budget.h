// Budget: the descriptors and the memory that a configuration implies, for `crawld check` and for
// raising the descriptor limit at start.
//
// Units:  descriptors, bytes. `usual` is what a crawl of ordinary pages takes, `most` what the
//         options allow at the same time.
// Test:   tests/unit/config/budget_test.cc
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/config.h"

namespace crawld {

struct BudgetLine {
    std::string what;
    std::string from;  // the options it follows from
    uint64_t usual = 0;
    uint64_t most = 0;
};

struct Budget {
    std::vector<BudgetLine> descriptors;
    std::vector<BudgetLine> memory;
};

// `cores` decides what threads: 0 means.
Budget budget_of(const CrawldConfig& config, unsigned cores);
uint64_t total_usual(const std::vector<BudgetLine>& lines);
uint64_t total_most(const std::vector<BudgetLine>& lines);
std::string render_budget(const Budget& budget);
// The most requests in flight that so many descriptors allow; at least kInFlightMin, with which it
// may still go wrong.
inline constexpr uint32_t kInFlightMin = 4;
uint32_t in_flight_within(const CrawldConfig& config, unsigned cores, uint64_t descriptors);

}  // namespace crawld
