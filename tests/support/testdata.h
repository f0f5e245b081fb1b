// The files of others that conformance tests read, where they are present.
#pragma once

#include <rapidjson/document.h>

#include <cstdio>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

namespace crawld::test {

// nullopt, and a line on stdout, where the file is not there.
inline std::optional<std::string> read_testdata(const std::string& name) {
    std::ifstream file(std::string(CRAWLD_TESTDATA) + "/" + name, std::ios::binary);
    if (!file) {
        std::printf("SKIPPED: %s is not present\n", name.c_str());
        return std::nullopt;
    }
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

inline std::optional<rapidjson::Document> read_json(const std::string& name) {
    const std::optional<std::string> text = read_testdata(name);
    if (!text) return std::nullopt;
    rapidjson::Document document;
    document.Parse(text->data(), text->size());
    return document;
}

inline std::string string_of(const rapidjson::Value& value) {
    return {value.GetString(), value.GetStringLength()};
}

}  // namespace crawld::test
