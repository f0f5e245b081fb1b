// The files that tests read: the project's own, and those of others where they are present.
#pragma once

#include <rapidjson/document.h>

#include <optional>
#include <string>

#include "support/suite.h"

namespace crawld::test {

// nullopt, and a line on stdout, where the file is not there; its suite is skipped then.
std::optional<std::string> read_testdata(const std::string& name, Suite* suite = nullptr);
std::optional<rapidjson::Document> read_json(const std::string& name, Suite* suite = nullptr);
// Whether there is no such folder; then as above.
bool lacks_testdata(const std::string& folder, Suite* suite = nullptr);
// Where a file of the project is, by its path there.
std::string source_path(const std::string& name);
std::string string_of(const rapidjson::Value& value);

}  // namespace crawld::test
