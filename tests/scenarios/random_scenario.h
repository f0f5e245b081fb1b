// A scenario made up from a seed: a small web with everything that goes wrong in one, random
// limits, and crashes, stops, reloads, jumps of the clock and full disks on the way. In the end the
// web is well and there is time enough: nothing may be left, and the invariants must hold.
#pragma once

#include <cstdint>
#include <string>

namespace crawld {

// The text of a .scenario file.
std::string random_scenario(uint64_t seed);

}  // namespace crawld
