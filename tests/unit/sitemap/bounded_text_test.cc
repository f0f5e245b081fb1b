// Text without the white space around it.
#include <doctest/doctest.h>

#include "sitemap/bounded_text.h"
#include "sitemap/sitemap.h"

using namespace crawld;

TEST_CASE("white space at both ends is none of the text, between is") {
    BoundedText text;
    for (const char* piece : {" \n", "\xc2\xa0", "\xe3\x80\x80 a", " b ", "\xe2\x80\x8b\t"})
        text.append(piece);
    CHECK_EQ(text.text(), "a b");
    text.clear();
    CHECK(text.empty());
    text.append("\xc2\x85\xe2\x80\xa9\xef\xbb\xbf\xe1\x9a\x80");
    CHECK(text.empty());
    text.append("\xf0\x9f\x98\x80\xe2\x81\x9f\xe3\x80\x80\xc2\xa0 ");
    CHECK_EQ(text.text(), "\xf0\x9f\x98\x80");
    text.clear();
    text.append("\xe2\x82\xac");
    CHECK_EQ(text.text(), "\xe2\x82\xac");
}

TEST_CASE("white space in front does not count, behind it may be cut off") {
    BoundedText text;
    text.append(std::string(2 * kLocBytesMax, ' '));
    CHECK(text.empty());
    text.append("a");
    text.append(std::string(2 * kLocBytesMax, '\n'));
    CHECK_EQ(text.text(), "a");
    CHECK_FALSE(text.too_long());
    text.append("b");
    CHECK(text.too_long());
}

TEST_CASE("a text of the greatest length fits") {
    BoundedText text;
    text.append(std::string(kLocBytesMax, 'a'));
    CHECK_FALSE(text.too_long());
    CHECK_EQ(text.text().size(), kLocBytesMax);
    text.append("b");
    CHECK(text.too_long());
}
