#include "audit/index_lines.h"

#include <doctest/doctest.h>

using namespace crawld;

TEST_CASE("a line of an index, also of a URL with braces") {
    const IndexLine line = read_index_line(
        "a)/?{x 20260203040506 {\"url\":\"http://a/?{x\",\"offset\":\"12\",\"filename\":\"f\"}");
    CHECK_EQ(line.offset.value_or(0), 12);
    CHECK_EQ(line.url, "http://a/?{x");
    for (std::string_view bad : {"", "a)/ 20260203040506", "a)/ 20260203040506 {\"offset\":\"12\""})
        CHECK_FALSE(read_index_line(bad).offset.has_value());
}

TEST_CASE("the MIME type is taken out of a line, and nothing else") {
    const std::string bare = "a)/ 2026 {\"url\":\"http://a/\",\"status\":\"200\"}\n";
    CHECK_EQ(without_mime(bare), bare);
    for (std::string_view mime : {"", "text/html", "x/\\\"\\n\\\\"})
        CHECK_EQ(without_mime("a)/ 2026 {\"url\":\"http://a/\",\"mime\":\"" + std::string(mime) +
                              "\",\"status\":\"200\"}\n"),
                 bare);
    for (std::string_view other :
         {"", "a", "a {,\"mime\":\"", "a {,\"mime\":\"x\\",
          "a {\"url\":\"x,\\\"mime\\\":\\\"y\\\"\"}", "a,\"mime\":\"x\" {}"})
        CHECK_EQ(without_mime(other), other);
    CHECK(same_but_mime(
        {bare}, {"a)/ 2026 {\"url\":\"http://a/\",\"mime\":\"a/b\",\"status\":\"200\"}\n"}));
    CHECK_FALSE(same_but_mime({bare}, {bare, bare}));
    CHECK_FALSE(same_but_mime({bare}, {"b" + bare}));
}
