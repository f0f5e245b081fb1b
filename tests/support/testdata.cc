#include "support/testdata.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace crawld::test {

namespace {

void say_skipped(const std::string& name, Suite* suite) {
    const std::string why = name + " is not present";
    std::printf("SKIPPED: %s\n", why.c_str());
    if (suite != nullptr) suite->skip(why);
}

}  // namespace

bool lacks_testdata(const std::string& folder, Suite* suite) {
    if (std::filesystem::is_directory(std::filesystem::path(CRAWLD_TESTDATA) / folder))
        return false;
    say_skipped(folder, suite);
    return true;
}

std::optional<std::string> read_testdata(const std::string& name, Suite* suite) {
    std::ifstream file(std::string(CRAWLD_TESTDATA) + "/" + name, std::ios::binary);
    if (!file) {
        say_skipped(name, suite);
        return std::nullopt;
    }
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

std::optional<rapidjson::Document> read_json(const std::string& name, Suite* suite) {
    const std::optional<std::string> text = read_testdata(name, suite);
    if (!text) return std::nullopt;
    rapidjson::Document document;
    document.Parse(text->data(), text->size());
    return document;
}

std::string source_path(const std::string& name) {
    return std::string(CRAWLD_SOURCE) + "/" + name;
}

std::string string_of(const rapidjson::Value& value) {
    return {value.GetString(), value.GetStringLength()};
}

}  // namespace crawld::test
