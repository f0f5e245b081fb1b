#include "politeness/retry_after.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "base/text.h"

namespace crawld {

namespace {

constexpr Duration kRetryAfterMax = hours(24 * 365 * 99);
constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kDays{"monday", "tuesday",  "wednesday", "thursday",
                                                "friday", "saturday", "sunday"};

// Reads a text from left to right; the first piece that is not there fails all that follow.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    void literal(std::string_view expected) {
        if (!istarts_with(rest_, expected)) failed_ = true;
        if (!failed_) rest_.remove_prefix(expected.size());
    }
    int digits(size_t count) {
        if (span_of(rest_, is_digit) != count) failed_ = true;
        if (failed_) return 0;
        const uint64_t value = parse_uint(rest_.substr(0, count)).value_or(0);
        rest_.remove_prefix(count);
        return static_cast<int>(value);
    }
    // Mail has a day of the month of one digit too (RFC 5322 3.3).
    int one_or_two_digits() { return digits(span_of(rest_, is_digit) == 1 ? 1 : 2); }
    // asctime pads the day of the month with a space.
    int padded_digits() {
        if (!rest_.starts_with(' ')) return digits(2);
        rest_.remove_prefix(1);
        return digits(1);
    }
    unsigned month() {
        for (unsigned i = 0; i < kMonths.size() && !failed_; ++i) {
            if (!istarts_with(rest_, kMonths[i])) continue;
            rest_.remove_prefix(kMonths[i].size());
            return i + 1;
        }
        failed_ = true;
        return 0;
    }
    // The length of the day's name tells the format.
    size_t day_name() {
        const std::string_view name = rest_.substr(0, span_of(rest_, is_alpha));
        const bool known = std::any_of(kDays.begin(), kDays.end(), [&](std::string_view day) {
            return iequals(name, day) || iequals(name, day.substr(0, 3));
        });
        if (!known) failed_ = true;
        rest_.remove_prefix(name.size());
        return name.size();
    }
    // "GMT", and what mail has in its place: "UTC", "+0100". East of Greenwich.
    std::chrono::minutes zone() {
        const bool west = next_is('-');
        if (!west && !next_is('+')) {
            literal(istarts_with(rest_, "UTC") ? "UTC" : "GMT");
            return {};
        }
        rest_.remove_prefix(1);
        const int offset = digits(4);
        if (offset > 2359 || offset % 100 > 59) failed_ = true;
        const std::chrono::minutes east{offset / 100 * 60 + offset % 100};
        return west ? -east : east;
    }
    bool next_is(char c) const { return rest_.starts_with(c); }
    bool complete() const { return !failed_ && rest_.empty(); }

  private:
    std::string_view rest_;
    bool failed_ = false;
};

struct Date {
    int year = 0;
    unsigned month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    std::chrono::minutes zone{0};

    void scan_clock(Scanner& in) {
        hour = in.digits(2);
        in.literal(":");
        minute = in.digits(2);
        in.literal(":");
        second = in.digits(2);
    }
};

std::optional<WallTime> to_wall(const Date& date) {
    using namespace std::chrono;
    const year_month_day day{year{date.year}, month{date.month},
                             std::chrono::day{static_cast<unsigned>(date.day)}};
    // A leap second (60) is the second after.
    if (!day.ok() || date.hour > 23 || date.minute > 59 || date.second > 60) return std::nullopt;
    const Duration since = sys_days{day}.time_since_epoch() + hours{date.hour} +
                           minutes{date.minute} + seconds{date.second} - date.zone;
    return WallTime{since};
}

int year_of(WallTime time) {
    using namespace std::chrono;
    return static_cast<int>(year_month_day{sys_days{floor<days>(time.time_since_epoch())}}.year());
}

// RFC 9110 5.6.7: two digits that appear to be more than 50 years in the future are the most
// recent year in the past with these digits.
std::optional<WallTime> with_century(Date date, WallTime now) {
    const int this_year = year_of(now);
    date.year += this_year - this_year % 100 + 100;
    while (date.year > this_year + 50)
        date.year -= 100;
    return to_wall(date);
}

// "Sun Nov  6 08:49:37 1994", after "Sun".
std::optional<WallTime> scan_asctime(Scanner in) {
    Date date;
    in.literal(" ");
    date.month = in.month();
    in.literal(" ");
    date.day = in.padded_digits();
    in.literal(" ");
    date.scan_clock(in);
    in.literal(" ");
    date.year = in.digits(4);
    return in.complete() ? to_wall(date) : std::nullopt;
}

}  // namespace

std::optional<WallTime> parse_http_date(std::string_view value, WallTime now) {
    Scanner in(trim(value));
    const bool rfc850 = in.day_name() > 3;
    if (!in.next_is(',')) return scan_asctime(in);
    // "Sun, 06 Nov 1994 08:49:37 GMT" or "Sunday, 06-Nov-94 08:49:37 GMT".
    const std::string_view separator = rfc850 ? "-" : " ";
    Date date;
    in.literal(", ");
    date.day = rfc850 ? in.digits(2) : in.one_or_two_digits();
    in.literal(separator);
    date.month = in.month();
    in.literal(separator);
    date.year = in.digits(rfc850 ? 2 : 4);
    in.literal(" ");
    date.scan_clock(in);
    in.literal(" ");
    date.zone = in.zone();
    if (!in.complete()) return std::nullopt;
    return rfc850 ? with_century(date, now) : to_wall(date);
}

namespace {

std::optional<Duration> parse_delay(std::string_view value, WallTime now) {
    value = trim(value);
    if (!value.empty() && span_of(value, is_digit) == value.size()) {
        constexpr auto kMax = static_cast<uint64_t>(duration_cast<seconds>(kRetryAfterMax).count());
        const uint64_t delta = parse_uint(value).value_or(kMax);  // too many digits: very long
        return seconds(static_cast<int64_t>(std::min(delta, kMax)));
    }
    const auto date = parse_http_date(value, now);
    if (!date) return std::nullopt;
    return std::min<Duration>(*date - now, kRetryAfterMax);
}

}  // namespace

std::optional<Duration> parse_retry_after(std::string_view value, WallTime now) {
    const auto delay = parse_delay(value, now);
    return delay && *delay > Duration{0} ? delay : std::nullopt;
}

}  // namespace crawld
