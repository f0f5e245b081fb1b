// A log line read back by a JSON parser that is not ours.
#pragma once

#include <doctest/doctest.h>
#include <rapidjson/document.h>

#include <string>
#include <string_view>
#include <vector>

namespace crawld {

inline rapidjson::Document parse_line(std::string_view line) {
    rapidjson::Document document;
    document.Parse(line.data(), line.size());
    REQUIRE_FALSE(document.HasParseError());
    REQUIRE(document.IsObject());
    return document;
}

inline std::vector<std::string> keys_of(const rapidjson::Document& line) {
    std::vector<std::string> keys;
    for (const auto& member : line.GetObject())
        keys.emplace_back(member.name.GetString());
    return keys;
}

}  // namespace crawld
