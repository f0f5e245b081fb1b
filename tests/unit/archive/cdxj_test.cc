#include "archive/cdxj.h"

#include <doctest/doctest.h>

using namespace crawld;

TEST_CASE("a line has its key, its time, and what is known") {
    const CdxjEntry entry{.url = CanonicalUrl::parse("https://www.example.org/A?b=2&a=1").value(),
                          .date = *parse_warc_date("2026-02-03T04:05:06.789Z"),
                          .mime = "text/html",
                          .status = 200,
                          .digest = "sha1:ABC"};
    CHECK_EQ(cdxj_line(entry, "a.warc.gz", 12, 345),
             "org,example)/a?a=1&b=2 20260203040506 "
             "{\"url\":\"https://www.example.org/A?b=2&a=1\",\"mime\":\"text/html\","
             "\"status\":\"200\",\"digest\":\"sha1:ABC\",\"length\":\"345\",\"offset\":\"12\","
             "\"filename\":\"a.warc.gz\"}\n");
}

TEST_CASE("what is not known is left out, and what a server said is escaped") {
    const CdxjEntry entry{.url = CanonicalUrl::parse("http://a/").value(),
                          .date = WallTime{},
                          .mime = "x/\"\n\\",
                          .status = 0,
                          .digest = ""};
    CHECK_EQ(cdxj_line(entry, "f", 0, 1),
             "a)/ 19700101000000 {\"url\":\"http://a/\",\"mime\":\"x/\\\"\\n\\\\\","
             "\"length\":\"1\",\"offset\":\"0\",\"filename\":\"f\"}\n");
}

TEST_CASE("dates of records") {
    CHECK_EQ(parse_warc_date("1970-01-01T00:00:01Z"), WallTime{seconds(1)});
    CHECK_EQ(parse_warc_date("2026-02-03T04:05:06.5Z"),
             WallTime{seconds(1'770'091'506)} + milliseconds(500));
    CHECK_EQ(parse_warc_date("2026-02-03T04:05:06.123456789Z"),
             WallTime{seconds(1'770'091'506)} + Duration{123'456});
    for (const char* text :
         {"", "2026", "2026-02-03", "2026-02-03T04:05:06", "2026-02-30T04:05:06Z",
          "2026-02-03T24:05:06Z", "2026-02-03T04:05:06.Z", "2026-02-03T04:05:06.xZ",
          "2026-02-03T04:05:06+01:00", "2026 02-03T04:05:06Z"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_warc_date(text).has_value());
    }
    for (const int64_t us : {0L, 1'770'091'506'123'456L, 951'782'400'000'000L})
        CHECK_EQ(parse_warc_date(to_rfc3339(wall_from_us(us))), wall_from_us(us));
}
