#include "robots/path_text.h"

#include <doctest/doctest.h>

#include <string>

#include "robots/pattern.h"

using namespace crawld;

namespace {

size_t find(std::string_view path, const std::string& pattern, size_t from) {
    const std::string text = normalise_path(pattern);
    const std::string in_query = spelt_in_query(text);
    return PathText(path).find({.text = text, .in_query = in_query}, from);
}

}  // namespace

TEST_CASE("in the path a separator is not its escape, in the query it is") {
    CHECK_EQ(find("/a%2Fb/c", "/", 1), 4);
    CHECK_EQ(find("/a%2Fb/c", "%2F", 0), 2);
    CHECK_EQ(find("/ab/c", "%2F", 0), PathText::kNotFound);
    CHECK_EQ(find("/a?x/y", "%2F", 0), 4);
    CHECK_EQ(find("/a?x%2Fy", "x/y", 0), 3);
    CHECK_EQ(find("/a%3Fb", "?", 0), PathText::kNotFound);
    CHECK_EQ(find("/a?b", "%3F", 0), PathText::kNotFound);
    CHECK_EQ(find("/a?b?c", "%3F", 0), 4);
}

TEST_CASE("a piece may be on both sides of the question mark") {
    CHECK_EQ(find("/a%2Fb?c/d", "%2Fb?c%2Fd", 0), 2);
    CHECK_EQ(find("/a/b?c/d", "%2Fb?c%2Fd", 0), PathText::kNotFound);
    CHECK_EQ(find("/a?x/b?c/d", "%2Fb?c%2Fd", 0), 4);
}

TEST_CASE("nothing is found beyond the text") {
    const PathText path("/ab");
    const Piece piece{.text = "ab", .in_query = "ab"};
    CHECK(path.has_at(1, piece));
    CHECK_FALSE(path.has_at(2, piece));
    CHECK_FALSE(path.has_at(4, piece));
    CHECK_EQ(path.find(piece, 1), 1);
    CHECK_EQ(path.find(piece, 2), PathText::kNotFound);
    CHECK_EQ(path.find(piece, 4), PathText::kNotFound);
}
