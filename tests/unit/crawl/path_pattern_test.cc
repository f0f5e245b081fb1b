#include "crawl/path_pattern.h"

#include <doctest/doctest.h>

#include <string>

using namespace crawld;

namespace {

std::string pattern(std::string_view path, bool has_query = false) {
    return std::string(PathPattern(path, has_query).text());
}

}  // namespace

TEST_CASE("PathPattern: the numbers of the first two segments are one") {
    CHECK_EQ(pattern("/day-17"), "/day-#");
    CHECK_EQ(pattern("/day17.html"), "/day#.html");
    CHECK_EQ(pattern("/2026-11-21"), "/#-#-#");
    CHECK_EQ(pattern("/21st"), "/#st");
    CHECK_EQ(pattern("/3fa9b0"), "/#");
    CHECK_EQ(pattern("/cal/2026-11"), "/cal/#-#");
    CHECK_EQ(pattern("/cal/2026/11/21"), "/cal/#/");
    CHECK_EQ(pattern("/17/index"), "/#/");
    CHECK_EQ(pattern("/cal/2026", true), "/cal/#?");
    CHECK_EQ(pattern("/day-17", true), "/day-#?");
    CHECK_EQ(pattern("/17/index", true), "/#/");
}

TEST_CASE("PathPattern: without a number only what is directly below the root has one") {
    CHECK_EQ(pattern("/about"), "/*");
    CHECK_EQ(pattern("/caf%C3%A9"), "/*");
    CHECK_EQ(pattern("/100%"), "/#%");
    CHECK_EQ(pattern("/%C"), "/*");
    CHECK_EQ(pattern("/about", true), "");
    CHECK_EQ(pattern("/"), "");
    CHECK_EQ(pattern("/", true), "");
    CHECK_EQ(pattern("/a/b"), "");
    CHECK_EQ(pattern("/a/b/c17"), "");
    CHECK_EQ(pattern("/a/"), "");
}

TEST_CASE("PathPattern: a long one is cut") {
    const std::string name = "/b7-" + std::string(100, 'a');
    CHECK_EQ(pattern(name + "1"), ("/b#-" + std::string(100, 'a')).substr(0, kPatternBytesMax));
    CHECK_EQ(pattern(name + "1"), pattern(name + "2", true));
}
