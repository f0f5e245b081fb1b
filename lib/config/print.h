// A configuration as YAML text.
//
// Test: tests/unit/config/print_test.cc
#pragma once

#include <string>

#include "config/config.h"

namespace crawld {

enum class Comments : uint8_t { none, all };

// Every option with its value; reads back as the same configuration. With comments, before each its
// help, type, range, default, and when a change takes effect.
std::string print_effective(const CrawldConfig& config, Comments comments = Comments::none);

// The text of config/crawld.yaml.
std::string render_documented_defaults();

}  // namespace crawld
