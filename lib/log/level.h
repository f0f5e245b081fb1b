// LogLevel: how much an event matters to the operator. In order, so levels can be compared.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace crawld {

enum class LogLevel : uint8_t { debug, info, warning, error };
constexpr std::array<std::string_view, 4> enum_names(LogLevel) {
    return {"debug", "info", "warning", "error"};
}

}  // namespace crawld
