#include <doctest/doctest.h>

#include "fetch/fetcher.h"

using namespace crawld;

TEST_CASE("of a header the first line counts, of a list all of them") {
    FetchResult result;
    result.headers = {{"Content-Encoding", "deflate"},
                      {"Location", "/a"},
                      {"content-encoding", "gzip"},
                      {"Location", "/b"}};
    CHECK_EQ(result.header("location"), "/a");
    CHECK_EQ(result.header_list("Content-Encoding"), "deflate, gzip");
    CHECK_EQ(result.header_list("cache-control"), "");
    CHECK_FALSE(result.header("cache-control").has_value());
}
