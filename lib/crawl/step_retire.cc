// Step retire: the visit is durable (or canceled): count it, log it, let its host go on.
#include "crawl/crawler.h"

namespace crawld {

Progress Crawler::step_retire(Visit& visit) {
    HostState& host = *visit.host;
    const bool requested = visit.tickets.taken;
    if (requested) {
        --under_way_;
        if (visit.kind == VisitKind::page) --host.pages_under_way;
    }
    if (visit.outcome != Outcome::canceled) report(visit);
    free_visit(visit);
    if (!stopping_) schedule(host, loop_.now());
    return Progress::wait;
}

}  // namespace crawld
