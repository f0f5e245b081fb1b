#include "sitemap/dates.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "base/text.h"

namespace crawld {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
struct Zone {
    std::string_view name;
    int hours;
};
// RFC 822 5.1. Of the military letters only Z means what it says (RFC 2822 4.3).
constexpr Zone kZones[] = {{"gmt", 0},  {"utc", 0},  {"ut", 0},   {"z", 0},
                           {"est", -5}, {"edt", -4}, {"cst", -6}, {"cdt", -5},
                           {"mst", -7}, {"mdt", -6}, {"pst", -8}, {"pdt", -7}};

// Reads a text from left to right; the first piece that is not there fails all that follow.
class DateText {
  public:
    explicit DateText(std::string_view text) : rest_(trim(text)) {}

    bool at_end() const { return rest_.empty(); }
    bool complete() const { return !failed_ && rest_.empty(); }
    bool next_is(char c) const { return to_lower(rest_.empty() ? '\0' : rest_[0]) == c; }
    bool skip(char c) {
        const bool there = next_is(c);
        if (there) rest_.remove_prefix(1);
        return there;
    }
    void expect(char c) {
        if (!skip(c)) failed_ = true;
    }
    void expect_blanks() {
        const size_t blanks = span_of(rest_, is_space);
        if (blanks == 0) failed_ = true;
        rest_.remove_prefix(blanks);
    }
    void skip_blanks() { rest_.remove_prefix(span_of(rest_, is_space)); }
    std::string_view letters() {
        const std::string_view word = rest_.substr(0, span_of(rest_, is_alpha));
        rest_.remove_prefix(word.size());
        return word;
    }
    // Between `least` and `most` digits, of which there are `width()`.
    int number(size_t least, size_t most) {
        width_ = std::min(span_of(rest_, is_digit), most);
        if (width_ < least) failed_ = true;
        const uint64_t value = parse_uint(rest_.substr(0, width_)).value_or(0);
        rest_.remove_prefix(width_);
        return static_cast<int>(value);
    }
    size_t width() const { return width_; }
    void skip_digits() { rest_.remove_prefix(span_of(rest_, is_digit)); }
    void fail() { failed_ = true; }

  private:
    std::string_view rest_;
    size_t width_ = 0;
    bool failed_ = false;
};

struct Date {
    int year = 0;
    int month = 1;
    int day = 1;
    int hour = 0;
    int minute = 0;
    int second = 0;
    Duration fraction{0};
    std::chrono::minutes offset{0};  // of the zone, east of Greenwich

    std::optional<WallTime> time() const {
        using namespace std::chrono;
        const year_month_day date{std::chrono::year{year},
                                  std::chrono::month{static_cast<unsigned>(month)},
                                  std::chrono::day{static_cast<unsigned>(day)}};
        // A leap second (60) is the second after.
        if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
        return WallTime{sys_days{date}.time_since_epoch() + std::chrono::hours{hour} +
                        std::chrono::minutes{minute} + std::chrono::seconds{second} + fraction -
                        offset};
    }
};

// "+01:00", "+0100", "+01".
void read_offset(DateText& in, Date& date) {
    const int sign = in.skip('-') ? -1 : 1;
    if (sign > 0) in.expect('+');
    const int hour = in.number(2, 2);
    const int minute = in.skip(':') || !in.at_end() ? in.number(2, 2) : 0;
    if (hour > 23 || minute > 59) in.fail();
    date.offset = sign * (std::chrono::hours{hour} + std::chrono::minutes{minute});
}

// "13:34", "13:34:51", "13:34:51.25"; more than six digits of a second are not looked at.
void read_clock(DateText& in, Date& date) {
    date.hour = in.number(1, 2);
    in.expect(':');
    date.minute = in.number(2, 2);
    if (!in.skip(':')) return;
    date.second = in.number(2, 2);
    if (!in.skip('.') && !in.skip(',')) return;
    int64_t us = in.number(1, 6);
    for (size_t digits = in.width(); digits < 6; ++digits)
        us *= 10;
    in.skip_digits();
    date.fraction = Duration{us};
}

void read_zone_name(DateText& in, Date& date) {
    const std::string_view name = in.letters();
    const auto zone = std::find_if(std::begin(kZones), std::end(kZones),
                                   [&](const Zone& z) { return iequals(z.name, name); });
    if (zone == std::end(kZones))
        in.fail();
    else
        date.offset = std::chrono::hours{zone->hours};
}

int month_named(std::string_view name) {
    // Long names are written where short ones belong.
    for (size_t i = 0; i < kMonths.size(); ++i)
        if (istarts_with(name, kMonths[i])) return static_cast<int>(i) + 1;
    return 0;
}

}  // namespace

std::optional<WallTime> parse_w3c_date(std::string_view text) {
    DateText in(text);
    Date date;
    date.year = in.number(4, 4);
    if (in.skip('-')) {
        date.month = in.number(2, 2);
        if (in.skip('-')) date.day = in.number(2, 2);
    }
    if (!in.at_end()) {
        if (!in.skip('t')) in.expect_blanks();
        read_clock(in, date);
        in.skip_blanks();
        if (!in.at_end() && !in.skip('z')) read_offset(in, date);
    }
    return in.complete() ? date.time() : std::nullopt;
}

std::optional<WallTime> parse_rfc822_date(std::string_view text) {
    DateText in(text);
    Date date;
    if (!in.letters().empty()) {
        in.skip(',');
        in.skip_blanks();
    }
    date.day = in.number(1, 2);
    if (!in.skip('-')) in.expect_blanks();
    date.month = month_named(in.letters());
    if (!in.skip('-')) in.expect_blanks();
    date.year = in.number(2, 4);
    if (in.width() == 2) date.year += date.year < 50 ? 2000 : 1900;
    if (in.width() == 3) date.year += 1900;
    if (!in.at_end()) {
        in.expect_blanks();
        read_clock(in, date);
        in.skip_blanks();
        if (in.next_is('+') || in.next_is('-'))
            read_offset(in, date);
        else if (!in.at_end())
            read_zone_name(in, date);
    }
    return in.complete() ? date.time() : std::nullopt;
}

std::optional<WallTime> parse_sitemap_date(std::string_view text) {
    const auto date = parse_w3c_date(text);
    return date ? date : parse_rfc822_date(text);
}

}  // namespace crawld
