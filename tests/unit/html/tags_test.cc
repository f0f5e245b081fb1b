#include "html/tags.h"

#include <doctest/doctest.h>

#include <string>

using namespace crawld;

TEST_CASE("every name Gumbo knows is found, in any case") {
    for (int i = 0; i < GUMBO_TAG_UNKNOWN; ++i) {
        const GumboTag tag = static_cast<GumboTag>(i);
        std::string name = gumbo_normalized_tagname(tag);
        CHECK_EQ(find_tag(name), tag);
        for (char& c : name)
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
        CHECK_EQ(find_tag(name), tag);
    }
}

TEST_CASE("other names are unknown") {
    for (std::string_view name :
         {"", "x", "aa", "blockquot", "blockquotes", "foreignobjecs", "my-element"})
        CHECK_EQ(find_tag(name), GUMBO_TAG_UNKNOWN);
}
