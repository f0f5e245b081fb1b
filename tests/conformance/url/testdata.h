// The files of others that the conformance tests of lib/url read, where they are present.
#pragma once

#include <rapidjson/document.h>

#include <optional>
#include <string>
#include <vector>

namespace crawld::test {

// nullopt, and a line on stdout, where the file is not there.
std::optional<std::string> read_testdata(const std::string& name);
std::optional<rapidjson::Document> read_json(const std::string& name);
std::string string_of(const rapidjson::Value& value);

struct WptCase {
    std::string input;
    std::optional<std::string> base;
    const rapidjson::Value* expected = nullptr;  // null: failure
};

// The cases of urltestdata.json; `document` must stay.
std::vector<WptCase> wpt_cases(const rapidjson::Document& document);

}  // namespace crawld::test
