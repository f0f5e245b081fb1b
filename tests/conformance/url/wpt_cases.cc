#include "conformance/url/wpt_cases.h"

namespace crawld::test {

std::vector<WptCase> wpt_cases(const rapidjson::Document& document) {
    std::vector<WptCase> cases;
    for (const rapidjson::Value& entry : document.GetArray()) {
        if (!entry.IsObject()) continue;  // a comment
        WptCase& added = cases.emplace_back();
        added.input = string_of(entry["input"]);
        if (entry["base"].IsString()) added.base = string_of(entry["base"]);
        if (!entry.HasMember("failure")) added.expected = &entry;
    }
    return cases;
}

}  // namespace crawld::test
