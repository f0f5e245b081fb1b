// Described fields: an options struct says once what each field is called, means and allows;
// YAML loading, `crawld check`, config/crawld.yaml and the reload diff are derived from that.
//
// How: next to the struct stands
//          template <class V> void describe(V& v, FetchOptions& o) {
//              v.field({.name = "retries", .help = "Further tries ...", .max = 100}, o.retries);
//              v.section({.name = "host", .help = "..."}, o.host);       // a nested struct
//          }
//      and a visitor (in config/) gets every field with its description by reference. The value's
//      type is a scalar (anything with parse_text and to_text below or beside its own type), a
//      std::vector of scalars or of described structs, or a std::map<std::string, std::string>.
// Test: tests/unit/base/fields_test.cc
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace crawld {

struct Field {
    std::string_view name;  // the YAML key, snake_case
    std::string_view help;  // one or two sentences for the operator
    bool live = true;       // may change at a reload; otherwise a restart is needed
    // Inclusive range for integers, durations (in us) and sizes (in bytes).
    int64_t min = 0;
    int64_t max = std::numeric_limits<int64_t>::max();
    // In a struct that may be written as a bare scalar, the field which that scalar sets.
    bool shorthand = false;
    // May stand in a `hosts:` overlay. False for what is per process or per crawl.
    bool per_host = true;
};

// A number of bytes, written "16MiB", "500KB" or "0". A type of its own so that a size cannot be
// given where a count is meant.
struct ByteSize {
    uint64_t bytes = 0;
    constexpr auto operator<=>(const ByteSize&) const = default;
};
constexpr ByteSize kib(uint64_t n) {
    return {n << 10};
}
constexpr ByteSize mib(uint64_t n) {
    return {n << 20};
}
constexpr ByteSize gib(uint64_t n) {
    return {n << 30};
}

// parse_text: the whole text is one value, or the error says what is expected. The range is
// checked by the visitor, with the description. to_text: what parse_text reads back.
Status parse_text(std::string_view text, bool& value);
Status parse_text(std::string_view text, int64_t& value);
Status parse_text(std::string_view text, uint32_t& value);
Status parse_text(std::string_view text, uint64_t& value);
Status parse_text(std::string_view text, double& value);
Status parse_text(std::string_view text, std::string& value);
Status parse_text(std::string_view text, Duration& value);
Status parse_text(std::string_view text, ByteSize& value);

std::string to_text(bool value);
std::string to_text(int64_t value);
std::string to_text(uint32_t value);
std::string to_text(uint64_t value);
std::string to_text(double value);
std::string to_text(const std::string& value);
std::string to_text(ByteSize value);

// What the range is compared with; types without a range have none.
template <class T>
constexpr int64_t range_value(const T&) {
    return 0;
}
constexpr int64_t range_value(int64_t v) {
    return v;
}
constexpr int64_t range_value(uint32_t v) {
    return v;
}
constexpr int64_t range_value(uint64_t v) {
    return v > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())
               ? std::numeric_limits<int64_t>::max()
               : static_cast<int64_t>(v);
}
constexpr int64_t range_value(Duration v) {
    return v.count();
}
constexpr int64_t range_value(ByteSize v) {
    return range_value(v.bytes);
}

// An enum that may be a field has `constexpr std::array<std::string_view, N> enum_names(E)`, the
// names in the order of its values; these two make it a scalar.
template <class E>
concept NamedEnum = std::is_enum_v<E> && requires(E e) {
    enum_names(e).size();
};

template <NamedEnum E>
Status parse_text(std::string_view text, E& value) {
    std::string expected;
    size_t index = 0;
    for (std::string_view name : enum_names(E{})) {
        if (name == text) {
            value = static_cast<E>(index);
            return {};
        }
        expected += (index++ == 0 ? "" : ", ") + std::string(name);
    }
    return fail(ErrorCode::configuration,
                "\"" + std::string(text) + "\" is not one of: " + expected);
}
template <NamedEnum E>
std::string_view to_string(E value) {
    return enum_names(value)[static_cast<size_t>(value)];
}
template <NamedEnum E>
std::string to_text(E value) {
    return std::string(to_string(value));
}

namespace detail {
struct AnyVisitor {
    template <class T>
    void field(const Field&, T&) {}
    template <class T>
    void section(const Field&, T&) {}
};
}  // namespace detail

template <class T>
concept Described = requires(detail::AnyVisitor v, T& t) {
    describe(v, t);
};

}  // namespace crawld
