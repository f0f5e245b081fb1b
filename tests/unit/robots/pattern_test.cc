#include "robots/pattern.h"

#include <doctest/doctest.h>

#include <string>

using namespace crawld;

namespace {
std::string data(char c) {
    return std::string(1, as_data(c));
}
using Pieces = std::vector<std::string>;
}  // namespace

TEST_CASE("escapes of unreserved and reserved characters are undone, others are upper case") {
    CHECK_EQ(normalise_path("/%7Ea%2d%3d%26"), "/~a-=&");
    CHECK_EQ(normalise_path("/%e3%83%84"), "/%E3%83%84");
    CHECK_EQ(normalise_path("/a%20%00%7f"), "/a%20%00%7F");
}

TEST_CASE("bytes that a URL should not hold plainly are escaped") {
    CHECK_EQ(normalise_path("/ツ \"|^"), "/%E3%83%84%20%22%7C%5E");
}

TEST_CASE("a percent sign that escapes nothing is one that is escaped") {
    CHECK_EQ(normalise_path("/100%"), "/100%25");
    CHECK_EQ(normalise_path("/%4/%zz%a"), "/%254/%25zz%25a");
    CHECK_EQ(normalise_path("/%25zz"), "/%25zz");
    CHECK_EQ(Pattern::parse("/50%off/*%zz").pieces, Pieces{"/50%25off/", "%25zz"});
    CHECK_EQ(Pattern::parse("/100%$").pieces, Pieces{"/100%25"});
}

TEST_CASE("at the end of a piece it is any escape") {
    CHECK_EQ(Pattern::parse("/100%").pieces, Pieces{"/100%"});
    CHECK_EQ(Pattern::parse("/*%*x").pieces, Pieces{"/", "%", "x"});
    CHECK_EQ(Pattern::parse("/%%").pieces, Pieces{"/%25%"});
}

TEST_CASE("separators of a path are not their escapes; in the query both are data") {
    CHECK_EQ(normalise_path("/a%2Fb%3Fc"), "/a" + data('/') + "b" + data('?') + "c");
    CHECK_EQ(normalise_path("/a?u=http%3A%2F%2Fb%3F"), "/a?u=http://b?");
}

TEST_CASE("the special characters of patterns are data in a path") {
    CHECK_EQ(normalise_path("/a*$%2a%24"), "/a" + data('*') + data('$') + data('*') + data('$'));
}

TEST_CASE("a pattern is split at its stars") {
    CHECK_EQ(Pattern::parse("/a").pieces, Pieces{"/a"});
    CHECK_EQ(Pattern::parse("/a*b").pieces, Pieces{"/a", "b"});
    CHECK_EQ(Pattern::parse("/a**b*").pieces, Pieces{"/a", "b", ""});
    CHECK_EQ(Pattern::parse("*").pieces, Pieces{"", ""});
    CHECK_EQ(Pattern::parse("/a%2Ab").pieces, Pieces{"/a" + data('*') + "b"});
    // Behind a '?' all pieces are in the query.
    CHECK_EQ(Pattern::parse("/*%2F?a*%2F").pieces, Pieces{"/", data('/') + "?a", "/"});
}

TEST_CASE("only a '$' at the end anchors") {
    CHECK(Pattern::parse("/a$").anchored);
    CHECK_EQ(Pattern::parse("/a$").pieces, Pieces{"/a"});
    CHECK_FALSE(Pattern::parse("/a$b").anchored);
    CHECK_EQ(Pattern::parse("/a$b").pieces, Pieces{"/a" + data('$') + "b"});
    CHECK_FALSE(Pattern::parse("/a%24").anchored);
}

TEST_CASE("octets are counted alike for both spellings") {
    CHECK_EQ(Pattern::parse("/a*b$").octets, 5);
    CHECK_EQ(Pattern::parse("/%61").octets, 2);
    CHECK_EQ(Pattern::parse("/ツ").octets, 10);
    CHECK_EQ(Pattern::parse("/%e3%83%84").octets, 10);
    CHECK_EQ(Pattern::parse("/a%2Fb").octets, 6);
    CHECK_EQ(Pattern::parse("/a$b").octets, Pattern::parse("/a%24b").octets);
}
