#include "url/shape.h"

#include <doctest/doctest.h>

using namespace crawld;

TEST_CASE("count_segments: empty segments do not count") {
    CHECK(count_segments("/") == 0);
    CHECK(count_segments("/a") == 1);
    CHECK(count_segments("/a/") == 1);
    CHECK(count_segments("//a///b.html") == 2);
    CHECK(count_segments("/a/b/c") == 3);
}

TEST_CASE("count_repeats: of the segment that comes most often, wherever it stands") {
    CHECK(count_repeats("/") == 0);
    CHECK(count_repeats("/a/b/c") == 1);
    CHECK(count_repeats("/a/b/a/b/a") == 3);
    CHECK(count_repeats("/x//x//y//x") == 3);
    CHECK(count_repeats("/aa/a/aaa") == 1);
}
