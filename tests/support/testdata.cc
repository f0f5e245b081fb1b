#include "support/testdata.h"

#include <cstdio>
#include <fstream>
#include <sstream>

namespace crawld::test {

std::optional<std::string> read_testdata(const std::string& name) {
    std::ifstream file(std::string(CRAWLD_TESTDATA) + "/" + name, std::ios::binary);
    if (!file) {
        std::printf("SKIPPED: %s is not present\n", name.c_str());
        return std::nullopt;
    }
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

std::optional<rapidjson::Document> read_json(const std::string& name) {
    const std::optional<std::string> text = read_testdata(name);
    if (!text) return std::nullopt;
    rapidjson::Document document;
    document.Parse(text->data(), text->size());
    return document;
}

std::string string_of(const rapidjson::Value& value) {
    return {value.GetString(), value.GetStringLength()};
}

}  // namespace crawld::test
