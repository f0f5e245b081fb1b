// The two clocks of the program, read here and nowhere else.
//
// Time: boot_now() never goes back and counts suspend (contract P3); wall_now() is what the
//       system believes UTC to be and may jump.
// Cost: one vDSO call each, about 30 ns.
// Test: tests/unit/loop/uv_loop_test.cc
#pragma once

#include "base/time.h"

namespace crawld {

Instant boot_now();
WallTime wall_now();

}  // namespace crawld
