#include "archive/cdxj.h"

#include <chrono>

#include "archive/surt.h"
#include "base/text.h"
#include "log/json.h"

namespace crawld {

namespace {

void put(JsonWriter& json, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    json.key(name);
    json.text(value);
}

std::optional<int> number_at(std::string_view text, size_t at, size_t digits) {
    if (at + digits > text.size()) return std::nullopt;
    const auto value = parse_uint(text.substr(at, digits));
    return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
}

// ".123456Z": as microseconds; more digits are cut.
std::optional<int64_t> fraction_of(std::string_view text) {
    if (text == "Z") return 0;
    if (!text.starts_with('.') || !text.ends_with('Z') || text.size() < 3) return std::nullopt;
    std::string digits(text.substr(1, text.size() - 2));
    digits.resize(6, '0');
    const auto value = parse_uint(digits);
    return value ? std::optional(static_cast<int64_t>(*value)) : std::nullopt;
}

}  // namespace

std::string timestamp14(WallTime date) {
    std::string digits;
    for (const char c : to_rfc3339(date).substr(0, 19))
        if (is_digit(c)) digits += c;
    return digits;
}

std::optional<WallTime> parse_warc_date(std::string_view text) {
    constexpr size_t kSecondsEnd = 19;
    if (text.size() <= kSecondsEnd || text[4] != '-' || text[7] != '-' || text[10] != 'T' ||
        text[13] != ':' || text[16] != ':')
        return std::nullopt;
    const auto year = number_at(text, 0, 4), month = number_at(text, 5, 2),
               day = number_at(text, 8, 2), hour = number_at(text, 11, 2),
               minute = number_at(text, 14, 2), second = number_at(text, 17, 2);
    const auto fraction = fraction_of(text.substr(kSecondsEnd));
    if (!year || !month || !day || !hour || !minute || !second || !fraction) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    const auto days = std::chrono::sys_days(date).time_since_epoch();
    return WallTime{std::chrono::duration_cast<Duration>(days) + hours(*hour) + minutes(*minute) +
                    seconds(*second) + Duration{*fraction}};
}

std::string cdxj_line(const CdxjEntry& entry, std::string_view file_name, uint64_t offset,
                      uint64_t length) {
    JsonWriter json;
    json.begin_object();
    put(json, "url", entry.url.href());
    put(json, "mime", entry.mime);
    if (entry.status != 0) put(json, "status", std::to_string(entry.status));
    put(json, "digest", entry.digest);
    put(json, "length", std::to_string(length));
    put(json, "offset", std::to_string(offset));
    put(json, "filename", file_name);
    json.end_object();
    return surt_key(entry.url) + " " + timestamp14(entry.date) + " " + std::string(json.text()) +
           "\n";
}

}  // namespace crawld
