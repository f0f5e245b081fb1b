#include "base/time.h"

#include <doctest/doctest.h>

using namespace crawld;

TEST_CASE("durations are read with units and written back shortest") {
    CHECK_EQ(parse_duration("1h30m").value(), minutes(90));
    CHECK_EQ(parse_duration("250ms").value(), milliseconds(250));
    CHECK_EQ(parse_duration("0").value(), Duration{0});
    CHECK_EQ(to_text(parse_duration("60m").value()), "1h");
    CHECK_EQ(to_text(seconds(90)), "90s");
    for (const char* bad :
         {"", "10", "s", "10x", "1h-3m", "99999999999999999999s", "9999999999999d"})
        CHECK_FALSE(parse_duration(bad).has_value());
}

TEST_CASE("timestamps are RFC 3339 in UTC with microseconds") {
    CHECK_EQ(to_rfc3339(wall_from_us(0)), "1970-01-01T00:00:00.000000Z");
    CHECK_EQ(to_rfc3339(wall_from_us(1'770'091'506'000'007)), "2026-02-03T04:05:06.000007Z");
}
