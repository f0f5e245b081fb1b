// The `web:` lines of a scenario; in `steps:` the same lines change the web while it is crawled.
//
//     page URL [from N] [status S] [type T] [header "NAME: VALUE"] [location URL] [body "TEXT"]
//              [rules N] [bytes N] [delay D] [rest D] [fault F] [links URL ...]
//     robots HOST [the same words]                http://HOST/robots.txt, as text/plain
//     host NAME [address A,A] [dns found|nxdomain|empty|servfail|timeout] [delay D]
//     address A accept|refuse|hang|unreachable [latency D]
//
// `from N`: from the N-th request on. `rules`: the body goes on with so many rules of a robots.txt.
// `bytes`: the body is padded to that length. F: silent, reset, empty, cut, stall, garbage
// (support/sim_web.h). What nobody described is a 404. Every name
// exists, with an address of its own, where no `host` line says otherwise.
#pragma once

#include "scenarios/scenario.h"
#include "support/sim_web.h"

namespace crawld {

// Whether the line is one of the above; throws ScenarioError where it is a wrong one.
// `change`: what was said of the page before is forgotten.
bool apply_web_line(const ScenarioLine& line, SimWeb& web, bool change);

Duration scenario_duration(const std::string& text, const Words& words);

}  // namespace crawld
