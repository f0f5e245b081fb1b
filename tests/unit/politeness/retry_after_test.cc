#include "politeness/retry_after.h"

#include <doctest/doctest.h>

using namespace crawld;

namespace {
constexpr WallTime kNow = wall_from_us(784'111'777'000'000);  // 1994-11-06T08:49:37Z
}

TEST_CASE("the three date formats of RFC 9110 5.6.7 are the same time") {
    CHECK_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", kNow), kNow);
    CHECK_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", kNow), kNow);
    CHECK_EQ(parse_http_date("Sun Nov  6 08:49:37 1994", kNow), kNow);
    CHECK_EQ(parse_http_date("  sun, 06 nov 1994 08:49:37 gmt ", kNow), kNow);
    CHECK_EQ(parse_http_date("Sun Nov 16 08:49:37 1994", kNow), kNow + hours(240));
}

TEST_CASE("the zone may be written as in mail") {
    CHECK_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 +0000", kNow), kNow);
    CHECK_EQ(parse_http_date("Sun, 06 Nov 1994 10:19:37 +0130", kNow), kNow);
    CHECK_EQ(parse_http_date("Sun, 06 Nov 1994 03:49:37 -0500", kNow), kNow);
    CHECK_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 utc", kNow), kNow);
    CHECK_EQ(parse_http_date("Mon, 07 Nov 1994 08:48:37 +2359", kNow), kNow);
    for (const char* bad : {"Sun, 06 Nov 1994 08:49:37 +000", "Sun, 06 Nov 1994 08:49:37 +0060",
                            "Sun, 06 Nov 1994 08:49:37 +2400", "Sun, 06 Nov 1994 08:49:37 -9959",
                            "Sun, 06 Nov 1994 08:49:37 +", "Sun, 06 Nov 1994 08:49:37 UT"})
        CHECK_MESSAGE(!parse_http_date(bad, kNow).has_value(), bad);
}

TEST_CASE("a day of the month may have one digit, as in mail") {
    CHECK_EQ(parse_http_date("Sun, 6 Nov 1994 08:49:37 GMT", kNow), kNow);
    CHECK_EQ(parse_retry_after("Sun, 6 Nov 1994 08:50:37 GMT", kNow), seconds(60));
}

TEST_CASE("a two-digit year is at most 50 years ahead") {
    const auto year = [](std::string_view date) {
        return to_rfc3339(parse_http_date(date, kNow).value()).substr(0, 4);
    };
    CHECK_EQ(year("Sunday, 06-Nov-44 08:49:37 GMT"), "2044");
    CHECK_EQ(year("Sunday, 06-Nov-45 08:49:37 GMT"), "1945");
    CHECK_EQ(year("Sunday, 06-Nov-99 08:49:37 GMT"), "1999");
}

TEST_CASE("what is not a date is refused") {
    for (const char* bad : {"", "now", "Sun, 06 Nov 1994", "Sun, 31 Feb 1994 08:49:37 GMT",
                            "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT",
                            "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 Nov 1994 08:49:37 PST",
                            "Sun, 06 Nov 1994 08:49:37", "Sun, 006 Nov 1994 08:49:37 GMT",
                            "Sun,  6 Nov 1994 08:49:37 GMT", "Sunday, 6-Nov-94 08:49:37 GMT",
                            "Xyz, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
                            "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun Nov 6 08:49:37 1994",
                            "Sun, 06 Nov 1994 08:49:37 GMT, x", "1994-11-06T08:49:37Z"})
        CHECK_MESSAGE(!parse_http_date(bad, kNow).has_value(), bad);
}

TEST_CASE("a leap second is the second after") {
    CHECK_EQ(parse_http_date("Sat, 31 Dec 2016 23:59:60 GMT", kNow),
             parse_http_date("Sun, 01 Jan 2017 00:00:00 GMT", kNow));
}

TEST_CASE("Retry-After in seconds or as a date") {
    CHECK_EQ(parse_retry_after("120", kNow), seconds(120));
    CHECK_EQ(parse_retry_after("Sun, 06 Nov 1994 08:50:37 GMT", kNow), seconds(60));
    for (const char* bad : {"", "-1", "1.5", "10s", "1 2", "soon"})
        CHECK_MESSAGE(!parse_retry_after(bad, kNow).has_value(), bad);
}

TEST_CASE("a Retry-After of nothing is none") {
    for (const char* nothing : {" 0 ", "000", "Sun, 06 Nov 1994 08:00:00 GMT",
                                "Sun, 06 Nov 1994 08:49:37 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"})
        CHECK_MESSAGE(!parse_retry_after(nothing, kNow).has_value(), nothing);
    CHECK_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:38 GMT", kNow), seconds(1));
}

TEST_CASE("a Retry-After of any length is long, not an overflow") {
    const Duration long_time = parse_retry_after("99999999999999999999999999", kNow).value();
    CHECK_GT(long_time, hours(24 * 365));
    CHECK_EQ(parse_retry_after("18446744073709551615", kNow), long_time);
    CHECK_EQ(parse_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", kNow), long_time);
}
