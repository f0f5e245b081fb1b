#include "config/environment.h"

#include <cstdlib>

#include "base/text.h"

namespace crawld {

namespace {

bool is_name_byte(char c) {
    return is_alnum(c) || c == '_';
}

std::string expanded(const YamlNode& node, const Environment& environment, Problems& problems) {
    std::string out;
    std::string_view rest = node.text;
    for (size_t at = rest.find("${"); at != std::string_view::npos; at = rest.find("${")) {
        if (at > 0 && rest[at - 1] == '$') {
            out.append(rest.substr(0, at - 1)).append("${");
            rest.remove_prefix(at + 2);
            continue;
        }
        out.append(rest.substr(0, at));
        rest.remove_prefix(at + 2);
        const std::string name(rest.substr(0, span_of(rest, is_name_byte)));
        if (name.empty() || rest.size() == name.size() || rest[name.size()] != '}') {
            problems.push_back({node.place,
                                "${ begins the name of an environment variable, as in ${NAME}; "
                                "write $${ for the characters themselves"});
            return {};
        }
        rest.remove_prefix(name.size() + 1);
        const auto value = environment(name);
        if (!value)
            problems.push_back({node.place, "the environment variable " + name + " is not set"});
        out.append(value.value_or(""));
    }
    return out.append(rest);
}

}  // namespace

Environment process_environment() {
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        if (value == nullptr) return std::nullopt;
        return value;
    };
}

void expand_environment(YamlNode& node, const Environment& environment, Problems& problems) {
    if (node.kind == YamlNode::Kind::scalar && node.text.find("${") != std::string::npos)
        node.text = expanded(node, environment, problems);
    for (YamlNode& item : node.items)
        expand_environment(item, environment, problems);
}

}  // namespace crawld
