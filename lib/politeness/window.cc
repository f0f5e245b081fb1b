#include "politeness/window.h"

#include "base/text.h"

namespace crawld {

Status parse_text(std::string_view text, Window& value) {
    const size_t slash = text.find('/');
    const auto count = parse_uint(text.substr(0, slash));
    const auto period =
        slash == std::string_view::npos ? Duration{0} : parse_duration(text.substr(slash + 1));
    if (!count || *count < 1 || *count > kWindowCountMax || !period || *period <= Duration{0} ||
        *period > kWindowPeriodMax)
        return fail(ErrorCode::configuration,
                    "\"" + std::string(text) + "\" is not a window; write a count from 1 to " +
                        std::to_string(kWindowCountMax) + ", a slash and a period of at most " +
                        to_text(kWindowPeriodMax) + ", for example 60/5m");
    value = {static_cast<uint32_t>(*count), *period};
    return {};
}

std::string to_text(const Window& value) {
    return std::to_string(value.count) + "/" + to_text(value.period);
}

}  // namespace crawld
