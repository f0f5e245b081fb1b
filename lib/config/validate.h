// Rules that no single field's description can hold: between fields, and of texts with a grammar.
//
// Test: tests/unit/config/validate_test.cc
#pragma once

#include <string>
#include <vector>

#include "config/reader.h"

namespace crawld {

// Adds what is wrong to context.problems, and what is probably not meant to `warnings`.
void validate(CrawldConfig& config, ReadContext& context, Problems& warnings);

}  // namespace crawld
