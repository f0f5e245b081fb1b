// What holds at the end of every scenario, whatever it is about:
//
//   P1  no window of a host, domain, address or of the process was exceeded as the servers received
//       the requests, over restarts and reloads too; no concurrency at dispatch either
//   D5  no page was asked for before the robots.txt of its authority had an answer
//   D1  where everything is in scope and nothing is left: each link of a page that is done was
//   asked
//       for or skipped by name
//   D6  what was logged as done was never asked for again
//   -   every request has exactly one fetch.settled, and every such line its request; only what was
//       under way at a crash has none
//   -   no event of level error that the scenario does not allow; nothing under way at a stop
#pragma once

#include <vector>

#include "scenarios/rig.h"
#include "scenarios/scenario.h"

namespace crawld {

std::vector<Complaint> check_invariants(const Scenario& scenario, const Rig& rig);

}  // namespace crawld
