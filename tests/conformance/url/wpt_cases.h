// The cases of urltestdata.json of web-platform-tests.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "support/testdata.h"

namespace crawld::test {

struct WptCase {
    std::string input;
    std::optional<std::string> base;
    const rapidjson::Value* expected = nullptr;  // null: failure
};

// `document` must stay.
std::vector<WptCase> wpt_cases(const rapidjson::Document& document);

}  // namespace crawld::test
