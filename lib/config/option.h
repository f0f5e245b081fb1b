// Option: what the descriptions say of one option, and its value, as data. A configuration becomes
// a tree of them, from which the documented defaults, the schema, the effective configuration and
// the differences of a reload are written by ordinary functions.
//
// Test: tests/unit/config/print_test.cc, tests/unit/config/diff_test.cc
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "config/config.h"
#include "config/yaml.h"
#include "politeness/window.h"

namespace crawld {

enum class OptionKind : uint8_t {
    section,
    truth,
    integer,
    real,
    duration,
    size,
    text,
    word,  // one of Option::words
    window,
    list,   // of Option::item
    table,  // names with texts
    overlays,
};

struct Option {
    std::string_view name;
    std::string_view help;
    std::string path;  // "politeness.host.windows"
    OptionKind kind = OptionKind::section;
    OptionKind item = OptionKind::text;  // of a list: what its items are
    bool live = true;                    // with all the sections around it
    bool per_host = true;                // with all the sections around it
    bool shorthand = false;
    bool ranged = false;  // min and max mean something
    int64_t min = 0;
    int64_t max = std::numeric_limits<int64_t>::max();
    std::vector<std::string_view> words{};
    std::vector<Option> children{};  // a section's fields, or those of a list's items
    YamlNode value{};                // not of a section
    const void* address = nullptr;   // of the field in the configuration described
};

// The root is a section without a name. `config` is not changed; addresses are into it.
Option describe_options(CrawldConfig& config);

// Calls visit(option) for all that are not sections, in the order of the descriptions.
template <class Visit>
void each_option(const Option& option, Visit visit) {
    for (const Option& child : option.children) {
        if (child.kind == OptionKind::section)
            each_option(child, visit);
        else
            visit(child);
    }
}

// "0 to 100", "at least 1ms", or nothing when every value of the kind is allowed.
std::string range_text(const Option& option);
// The same, also for what every value of the type fits.
std::string full_range(const Option& option);

// The kind of a type that is one scalar in the file.
template <class T>
constexpr OptionKind kind_of() {
    if constexpr (std::is_same_v<T, bool>)
        return OptionKind::truth;
    else if constexpr (std::is_integral_v<T>)
        return OptionKind::integer;
    else if constexpr (std::is_floating_point_v<T>)
        return OptionKind::real;
    else if constexpr (std::is_same_v<T, Duration>)
        return OptionKind::duration;
    else if constexpr (std::is_same_v<T, ByteSize>)
        return OptionKind::size;
    else if constexpr (std::is_same_v<T, Window>)
        return OptionKind::window;
    else if constexpr (NamedEnum<T>)
        return OptionKind::word;
    else
        return OptionKind::text;
}

// What Field::min and Field::max mean for a type: whether they apply, and what else bounds it.
template <class T>
void set_range(Option& option, const Field& field) {
    constexpr OptionKind kind = kind_of<T>();
    option.ranged =
        kind == OptionKind::integer || kind == OptionKind::duration || kind == OptionKind::size;
    option.min = field.min;
    option.max = field.max;
    if constexpr (kind == OptionKind::integer)
        option.max = std::min(option.max, range_value(std::numeric_limits<T>::max()));
}

}  // namespace crawld
