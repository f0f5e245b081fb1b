#include "base/fields.h"

#include <array>
#include <charconv>
#include <cstdio>

#include "base/text.h"

namespace crawld {

namespace {

template <class T>
Status parse_number(std::string_view text, T& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return fail(ErrorCode::configuration, "\"" + std::string(text) + "\" is not a number");
    return {};
}

struct SizeUnit {
    std::string_view name;
    uint64_t bytes;
};
constexpr std::array<SizeUnit, 9> kSizeUnits{{{"TiB", uint64_t{1} << 40},
                                              {"GiB", uint64_t{1} << 30},
                                              {"MiB", uint64_t{1} << 20},
                                              {"KiB", uint64_t{1} << 10},
                                              {"TB", 1'000'000'000'000},
                                              {"GB", 1'000'000'000},
                                              {"MB", 1'000'000},
                                              {"KB", 1'000},
                                              {"B", 1}}};

}  // namespace

Status parse_text(std::string_view text, bool& value) {
    if (text != "true" && text != "false")
        return fail(ErrorCode::configuration, "\"" + std::string(text) + "\" is not true or false");
    value = text == "true";
    return {};
}
Status parse_text(std::string_view text, int64_t& value) {
    return parse_number(text, value);
}
Status parse_text(std::string_view text, uint32_t& value) {
    return parse_number(text, value);
}
Status parse_text(std::string_view text, uint64_t& value) {
    return parse_number(text, value);
}
Status parse_text(std::string_view text, double& value) {
    return parse_number(text, value);
}
Status parse_text(std::string_view text, std::string& value) {
    value = text;
    return {};
}
Status parse_text(std::string_view text, Duration& value) {
    auto parsed = parse_duration(text);
    if (!parsed) return tl::unexpected(parsed.error());
    value = *parsed;
    return {};
}

Status parse_text(std::string_view text, ByteSize& value) {
    const size_t digits = span_of(text, is_digit);
    const auto number = parse_uint(text.substr(0, digits));
    const std::string_view unit_name = trim(text.substr(digits));
    for (const SizeUnit& unit : kSizeUnits) {
        if (!number || unit.name != unit_name || *number > (uint64_t{1} << 62) / unit.bytes)
            continue;
        value.bytes = *number * unit.bytes;
        return {};
    }
    if (text == "0") {
        value.bytes = 0;
        return {};
    }
    return fail(ErrorCode::configuration,
                "\"" + std::string(text) +
                    "\" is not a size; write a number and a unit (B, KiB, MiB, GiB, KB, MB, GB), "
                    "for example 16MiB");
}

std::string to_text(bool value) {
    return value ? "true" : "false";
}
std::string to_text(int64_t value) {
    return std::to_string(value);
}
std::string to_text(uint32_t value) {
    return std::to_string(value);
}
std::string to_text(uint64_t value) {
    return std::to_string(value);
}
std::string to_text(double value) {
    std::array<char, 32> out{};
    std::snprintf(out.data(), out.size(), "%g", value);
    return out.data();
}
std::string to_text(const std::string& value) {
    return value;
}
std::string to_text(ByteSize value) {
    if (value.bytes == 0) return "0";
    for (const SizeUnit& unit : kSizeUnits)
        if (value.bytes % unit.bytes == 0)
            return std::to_string(value.bytes / unit.bytes) + std::string(unit.name);
    return std::to_string(value.bytes) + "B";
}

}  // namespace crawld
