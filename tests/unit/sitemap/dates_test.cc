// Dates of sitemaps and feeds.
#include <doctest/doctest.h>

#include <string>

#include "sitemap/dates.h"

using namespace crawld;

namespace {

std::string shown(const std::optional<WallTime>& time) {
    return time ? to_rfc3339(*time) : "none";
}

}  // namespace

TEST_CASE("W3C dates of every precision") {
    const auto w3c = [](std::string_view text) { return shown(parse_w3c_date(text)); };
    CHECK_EQ(w3c("1997"), "1997-01-01T00:00:00.000000Z");
    CHECK_EQ(w3c("1997-07"), "1997-07-01T00:00:00.000000Z");
    CHECK_EQ(w3c(" 1997-07-16\n"), "1997-07-16T00:00:00.000000Z");
    CHECK_EQ(w3c("1997-07-16T19:20+01:00"), "1997-07-16T18:20:00.000000Z");
    CHECK_EQ(w3c("1997-07-16T19:20:30-05:30"), "1997-07-17T00:50:30.000000Z");
    CHECK_EQ(w3c("1997-07-16T19:20:30.45+01:00"), "1997-07-16T18:20:30.450000Z");
    CHECK_EQ(w3c("1997-07-16t19:20:30.1234567z"), "1997-07-16T19:20:30.123456Z");
    CHECK_EQ(w3c("1997-07-16 19:20:30 +0100"), "1997-07-16T18:20:30.000000Z");
    CHECK_EQ(w3c("1997-07-16T19:20:30"), "1997-07-16T19:20:30.000000Z");
    CHECK_EQ(w3c("1969-12-31T23:59:59Z"), "1969-12-31T23:59:59.000000Z");
    CHECK_EQ(w3c("2016-12-31T23:59:60Z"), "2017-01-01T00:00:00.000000Z");
}

TEST_CASE("RFC 822 dates as feeds write them") {
    const auto rfc = [](std::string_view text) { return shown(parse_rfc822_date(text)); };
    CHECK_EQ(rfc("Thu, 05 Jan 2017 12:34:50 GMT"), "2017-01-05T12:34:50.000000Z");
    CHECK_EQ(rfc("Thu, 05 Jan 17 13:34:52 +0100"), "2017-01-05T12:34:52.000000Z");
    CHECK_EQ(rfc("5 January 99 13:34 -0130"), "1999-01-05T15:04:00.000000Z");
    CHECK_EQ(rfc("Thu,  05 Jan 2017 12:34:50 PDT"), "2017-01-05T19:34:50.000000Z");
    CHECK_EQ(rfc("05-Jan-2017 12:34:50"), "2017-01-05T12:34:50.000000Z");
    CHECK_EQ(rfc("Thu, 05 Jan 2017"), "2017-01-05T00:00:00.000000Z");
}

TEST_CASE("what is no date is none") {
    for (const char* text :
         {"", "today", "97", "1997-13", "1997-02-29", "1997-07-16T", "1997-07-16T24:00Z",
          "1997-07-16T19", "1997-07-16T19:20:30+25:00", "1997-07-16x", "1997-07-16T19:20:30Zulu",
          "Thu, 32 Jan 2017 12:34:50 GMT", "05 Foo 2017 12:34:50 GMT", "05 Jan 2017 12:34:50 XYZ",
          "99999999999999999999", "1997-07-16T19:20:30."})
        CHECK_EQ(shown(parse_sitemap_date(text)), "none");
}

TEST_CASE("each kind of date is read where the other belongs") {
    CHECK_EQ(parse_sitemap_date("Thu, 05 Jan 2017 00:00:00 GMT"), parse_sitemap_date("2017-01-05"));
}
