// ProgressView: where the crawl stands, for a person: one live line on a terminal, plain lines
// elsewhere, and the summary at the end.
//
// Thread: the main loop's. Writes to stdout only; events go to stderr.
// Test:   tests/e2e/progress_test.py
#pragma once

#include <string>

#include "base/time.h"
#include "crawl/service.h"

namespace crawld {

class ProgressView {
  public:
    ProgressView(bool terminal, Instant started) : terminal_(terminal), started_(started) {}

    // Once a second; a terminal is redrawn, otherwise a line is printed every ten seconds.
    void show(const CrawlProgress& progress, Instant now);
    void erase();  // before something else is written to the terminal

    struct End {
        Instant now;
        bool nothing_left = false;
        std::string log_path;
        std::string state_dir;
    };
    void summarise(const CrawlProgress& progress, const End& end);

  private:
    std::string line(const CrawlProgress& progress, Instant now);

    const bool terminal_;
    const Instant started_;
    bool drawn_ = false;
    Instant measured_at_{};
    uint64_t measured_pages_ = 0;
    double pages_per_s_ = 0;
    Instant printed_at_{};
};

// Requests that ended in a way an operator would want to see (is_error, fetch/outcome.h).
uint64_t errors_of(const TallyCounts& run);
// Requests that a server answered, robots.txt not counted.
uint64_t pages_of(const TallyCounts& run);
// URLs settled by a decision of ours.
uint64_t skipped_of(const TallyCounts& run);

}  // namespace crawld
