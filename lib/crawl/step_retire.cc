// Step retire: the visit is durable (or canceled): count it, log it, let its host go on.
#include "crawl/crawler.h"

namespace crawld {

Progress Crawler::step_retire(Visit& visit) {
    HostState& host = *visit.host;
    const bool canceled = visit.outcome == Outcome::canceled;
    if (!canceled) report(visit);
    logged_ = true;
    leave_slot(visit);
    free_visit(visit);
    if (!stopping_) schedule(host, loop_.now());
    return Progress::wait;
}

}  // namespace crawld
