#include "base/time.h"

#include <array>
#include <cstdio>
#include <limits>

#include "base/text.h"

namespace crawld {

namespace {

struct Unit {
    std::string_view name;
    int64_t us;
};
// Largest first: to_text takes the first that divides.
constexpr std::array<Unit, 6> kUnits{{{"d", 86'400'000'000},
                                      {"h", 3'600'000'000},
                                      {"m", 60'000'000},
                                      {"s", 1'000'000},
                                      {"ms", 1'000},
                                      {"us", 1}}};

Error bad_duration(std::string_view text) {
    return {ErrorCode::configuration, "\"" + std::string(text) +
                                          "\" is not a duration; write a number and a unit (us, "
                                          "ms, s, m, h, d), for example 10s or 1h30m"};
}

const Unit* unit_named(std::string_view name) {
    for (const Unit& unit : kUnits)
        if (unit.name == name) return &unit;
    return nullptr;
}

}  // namespace

std::string to_rfc3339(WallTime time) {
    using namespace std::chrono;
    const auto since = time.time_since_epoch();
    const auto days_since = floor<days>(since);
    const year_month_day date{sys_days{days_since}};
    const hh_mm_ss clock{since - days_since};
    std::array<char, 40> out{};
    std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()),
                  static_cast<int>(clock.subseconds().count()));
    return out.data();
}

Result<Duration> parse_duration(std::string_view text) {
    if (text == "0") return Duration{0};
    int64_t total = 0;
    std::string_view rest = text;
    if (rest.empty()) return tl::unexpected(bad_duration(text));
    while (!rest.empty()) {
        const size_t digits = span_of(rest, is_digit);
        const auto number = parse_uint(rest.substr(0, digits));
        rest.remove_prefix(digits);
        const size_t letters = span_of(rest, is_alpha);
        const Unit* unit = unit_named(rest.substr(0, letters));
        rest.remove_prefix(letters);
        if (!number || unit == nullptr) return tl::unexpected(bad_duration(text));
        constexpr auto kMax = static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) / 4;
        if (*number > kMax / static_cast<uint64_t>(unit->us))
            return tl::unexpected(bad_duration(text));
        total += static_cast<int64_t>(*number) * unit->us;
        if (total > static_cast<int64_t>(kMax)) return tl::unexpected(bad_duration(text));
    }
    return Duration{total};
}

std::string to_text(Duration duration) {
    const int64_t us = duration.count();
    if (us == 0) return "0";
    for (const Unit& unit : kUnits)
        if (us % unit.us == 0) return std::to_string(us / unit.us) + std::string(unit.name);
    return std::to_string(us) + "us";
}

}  // namespace crawld
