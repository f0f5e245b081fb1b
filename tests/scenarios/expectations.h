// What a scenario says must be seen, held against what was.
//
//     in order:     each line matches an event after that of the line before
//     any order:    each line matches an event of its own
//     never:        no line matches any event
//     count:        N PATTERN or A..B PATTERN: so many events match
//     gaps:         D PATTERN: events that match are at least D apart
#pragma once

#include <vector>

#include "scenarios/event.h"
#include "scenarios/scenario.h"

namespace crawld {

// `events` by time.
std::vector<Complaint> check_expectations(const Scenario& scenario,
                                          const std::vector<SimEvent>& events);

}  // namespace crawld
