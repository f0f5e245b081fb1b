// ${NAME} in the values of a configuration: the environment variable NAME. $${ is a literal ${.
//
// Errors: a variable that is not set, and a ${ without a name and }, at the value's place.
// Test:   tests/unit/config/environment_test.cc
#pragma once

#include "config/config.h"
#include "config/yaml.h"

namespace crawld {

// In every scalar of the tree; keys stay as they are.
void expand_environment(YamlNode& node, const Environment& environment, Problems& problems);

}  // namespace crawld
