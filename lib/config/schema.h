// The JSON Schema of the configuration file, for editors that complete and check YAML.
//
// Source: JSON Schema draft-07, which the YAML language servers understand.
// Test:   tests/unit/config/schema_test.cc
#pragma once

#include <string>

namespace crawld {

// The text of config/crawld.schema.json.
std::string render_json_schema();

}  // namespace crawld
