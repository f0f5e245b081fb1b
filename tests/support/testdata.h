// The files of others that conformance tests read, where they are present.
#pragma once

#include <rapidjson/document.h>

#include <optional>
#include <string>

namespace crawld::test {

// nullopt, and a line on stdout, where the file is not there.
std::optional<std::string> read_testdata(const std::string& name);
std::optional<rapidjson::Document> read_json(const std::string& name);
std::string string_of(const rapidjson::Value& value);

}  // namespace crawld::test
