// The clocks of the program, read here and nowhere else.
//
// Time: boot_now() never goes back and counts suspend (contract P3); wall_now() is what the
//       system believes UTC to be and may jump; thread_cpu() is what this thread has computed.
// Cost: one vDSO call each, about 30 ns; a system call for thread_cpu().
// Test: tests/unit/loop/uv_loop_test.cc
#pragma once

#include "base/time.h"

namespace crawld {

Instant boot_now();
WallTime wall_now();
Duration thread_cpu();

}  // namespace crawld
