#include "robots/directives.h"

#include <doctest/doctest.h>

#include <string>

using namespace crawld;

namespace {

constexpr PageDirectives kNothing{};
constexpr PageDirectives kNofollow{.nofollow = true};
constexpr PageDirectives kNoindex{.noindex = true};
constexpr PageDirectives kNone{.nofollow = true, .noindex = true};

PageDirectives header(std::string_view value) {
    return parse_x_robots_tag(value, "crawld");
}

}  // namespace

TEST_CASE("a comma list in any case, with blanks") {
    CHECK_EQ(parse_meta_robots("NOINDEX , NoFollow"), kNone);
    CHECK_EQ(parse_meta_robots("none"), kNone);
    CHECK_EQ(parse_meta_robots("noarchive"), PageDirectives{.noarchive = true});
    CHECK_EQ(parse_meta_robots(",,nofollow,"), kNofollow);
    CHECK_EQ(parse_meta_robots(""), kNothing);
    CHECK_EQ(parse_meta_robots("all, index, follow, nofollowing, xnofollow"), kNothing);
}

TEST_CASE("lists without commas are understood") {
    CHECK_EQ(parse_meta_robots("noindex nofollow"), kNone);
    CHECK_EQ(parse_meta_robots("noindex;nofollow"), kNone);
}

TEST_CASE("values with commas and colons of their own do not disturb the list") {
    for (const char* date :
         {"unavailable_after: 25 Jun 2010 15:00:00 PST", "unavailable_after: 2026-09-21T10:00:00Z",
          "unavailable_after: Sunday, 25-Jun-10 15:00:00 GMT",
          "UNAVAILABLE_AFTER : Sun, 25 Jun 2010 15:00:00 GMT", "max-snippet:-1",
          "max-image-preview:large, max-video-preview: 3"}) {
        const std::string value(date);
        CHECK_EQ(parse_meta_robots(value + ", nofollow"), kNofollow);
        CHECK_EQ(parse_meta_robots("noindex, " + value), kNoindex);
        CHECK_EQ(header(value + ", nofollow"), kNofollow);
        CHECK_EQ(header("crawld: " + value + ", nofollow"), kNofollow);
        CHECK_EQ(header("otherbot: " + value + ", nofollow"), kNothing);
        CHECK_EQ(header("nofollow, " + value), kNofollow);
    }
    // What nobody has heard of is rather a directive than a crawler: so more is obeyed.
    CHECK_EQ(header("max-unheard-of: 7, nofollow"), kNofollow);
}

TEST_CASE("a header may be for one crawler") {
    CHECK_EQ(header("noindex, nofollow"), kNone);
    CHECK_EQ(header("crawld: noindex, nofollow"), kNone);
    CHECK_EQ(header(" CRAWLD :none"), kNone);
    CHECK_EQ(header("*: nofollow"), kNofollow);
    CHECK_EQ(header("googlebot: noindex, nofollow"), kNothing);
    CHECK_EQ(header("crawldog: noindex"), kNothing);
}

TEST_CASE("joined headers: a name holds up to the next one") {
    CHECK_EQ(header("nofollow, googlebot: noindex, noarchive"), kNofollow);
    CHECK_EQ(header("googlebot: noindex, crawld: nofollow"), kNofollow);
    CHECK_EQ(header("crawld: nofollow, googlebot: noindex"), kNofollow);
    CHECK_EQ(header("googlebot:, noindex"), kNothing);
}

TEST_CASE("several headers ask together") {
    PageDirectives both = header("noindex");
    both.merge(header("crawld: nofollow"));
    both.merge(header("googlebot: noarchive"));
    CHECK_EQ(both, kNone);
}
