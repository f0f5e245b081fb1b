// Helpers: load a text as though it were the file crawld.yaml, and read the errors back as lines.
#pragma once

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "config/config.h"

namespace crawld {

// What every valid configuration needs, in two lines.
inline constexpr std::string_view kRequired =
    "version: 1\n"
    "identity: {contact: \"https://example.org/bot\"}\n";

inline std::optional<std::string> test_environment(const std::string& name) {
    if (name == "CONTACT") return "crawler@example.org";
    if (name == "RETRIES") return "7";
    if (name == "EMPTY") return "";
    return std::nullopt;
}

inline ConfigResult load_text(const std::string& text) {
    return load_config_text(text, "crawld.yaml", test_environment);
}

// Every error on a line of its own; empty if there is none.
inline std::string errors_of(const std::string& text) {
    const ConfigResult result = load_text(text);
    std::string out;
    if (result) return out;
    for (const ConfigError& error : result.error().errors)
        out += to_string(error) + "\n";
    return out;
}
// The same for what follows the two required lines: its first line is line 3.
inline std::string errors_after(const std::string& rest) {
    return errors_of(std::string(kRequired) + rest);
}

inline LoadedConfig loaded_after(const std::string& rest) {
    ConfigResult result = load_text(std::string(kRequired) + rest);
    const std::string errors = errors_after(rest);
    CAPTURE(errors);
    REQUIRE(result.has_value());
    return *std::move(result);
}

inline std::string file_content(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace crawld
