// YamlNode: a YAML document as a plain tree that knows where each part stands in the file.
//
// Errors: what is not YAML, more than one document, duplicate keys, and documents that aliases blow
//         up by more than kYamlAliasedNodesMax are reported with their place; the tree holds the
//         rest.
// Source: YAML 1.2; yaml-cpp 0.7 reads it, and only yaml.cc knows.
// Test:   tests/unit/config/yaml_test.cc
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crawld {

// Without aliases no document has more nodes than bytes; with them it may have this many more.
inline constexpr size_t kYamlAliasedNodesMax = 100'000;
inline constexpr int kYamlDepthMax = 32;

struct Place {
    int line = 0;  // from 1; 0: not in the file
    int column = 0;
};

struct Problem {
    Place place;
    std::string message;
};
using Problems = std::vector<Problem>;

struct YamlNode {
    enum class Kind : uint8_t { null, scalar, list, map };

    Kind kind = Kind::null;
    Place place{};
    std::string text{};    // of a scalar
    bool is_text = false;  // a scalar that must not be taken for a number, true or null
    std::string key{};     // in a map
    Place key_place{};
    std::vector<YamlNode> items{};  // of a list or a map
};

// Nothing if the text is not YAML at all; then that is the only problem. An empty text is null.
std::optional<YamlNode> parse_yaml(std::string_view text, Problems& problems);

// One line: a scalar, [a, b] or {key: value}. ${ is written $${, so that it reads back as it is.
std::string to_flow(const YamlNode& node);

YamlNode scalar_node(std::string text, bool is_text);

}  // namespace crawld
