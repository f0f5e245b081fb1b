#include "config/schema.h"

#include <doctest/doctest.h>
#include <rapidjson/document.h>
#include <rapidjson/pointer.h>

#include <cstdlib>
#include <fstream>

#include "config/option.h"
#include "support/testdata.h"
#include "unit/config/config_text.h"

using namespace crawld;

namespace {

// "/properties/fetch/properties/retries" for fetch.retries.
std::string pointer_of(std::string_view path) {
    std::string out = "/properties/";
    for (char c : path)
        out += c == '.' ? std::string("/properties/") : std::string(1, c);
    return out;
}

}  // namespace

// With CRAWLD_REGENERATE=1 in the environment the file is written anew instead.
TEST_CASE("config/crawld.schema.json is what the descriptions say, byte for byte") {
    const std::string path = test::source_path("config/crawld.schema.json");
    if (std::getenv("CRAWLD_REGENERATE") != nullptr)
        std::ofstream(path, std::ios::binary) << render_json_schema();
    CHECK_EQ(file_content(path), render_json_schema());
}

TEST_CASE("the schema knows every option, and in overlays those that may stand there") {
    rapidjson::Document schema;
    schema.Parse(render_json_schema().c_str());
    REQUIRE_FALSE(schema.HasParseError());
    CrawldConfig config;
    each_option(describe_options(config), [&](const Option& option) {
        CAPTURE(option.path);
        const std::string pointer = pointer_of(option.path);
        CHECK_NE(rapidjson::Pointer(pointer.c_str()).Get(schema), nullptr);
        const std::string in_overlay = "/definitions/overlay" + pointer;
        CHECK_EQ(rapidjson::Pointer(in_overlay.c_str()).Get(schema) != nullptr, option.per_host);
    });
}

TEST_CASE("an option's schema has its description and its range") {
    rapidjson::Document schema;
    schema.Parse(render_json_schema().c_str());
    const auto* retries = rapidjson::Pointer("/properties/fetch/properties/retries").Get(schema);
    REQUIRE_NE(retries, nullptr);
    CHECK_EQ((*retries)["description"], "Further tries after a failure that may pass.");
    CHECK_EQ((*retries)["anyOf"][0]["type"], "integer");
    CHECK_EQ((*retries)["anyOf"][0]["minimum"].GetInt(), 0);
    CHECK_EQ((*retries)["anyOf"][0]["maximum"].GetInt(), 100);
    const auto* parser = rapidjson::Pointer("/properties/html/properties/parser").Get(schema);
    CHECK_EQ((*parser)["anyOf"][0]["enum"][2], "gumbo");
    CHECK_EQ(schema["required"][0], "version");
    CHECK_FALSE(schema["additionalProperties"].GetBool());
}
