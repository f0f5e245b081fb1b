// Whether a state could not be opened because a newer crawld wrote it: then nothing is damaged, and
// a repair would lose what only that one can read.
//
// Thread: any.
// Test:   tests/unit/store/version_test.cc
#pragma once

#include "base/result.h"

namespace crawld {

bool is_of_newer_state(const Error& error);

}  // namespace crawld
