#include "robots/grams.h"

#include <doctest/doctest.h>

#include <string>

#include "base/prng.h"

using namespace crawld;

TEST_CASE("no substring of a text is ever denied") {
    Prng prng(3);
    std::string text;
    for (int i = 0; i < 300; ++i)
        text += static_cast<char>('a' + prng.below(3));
    const Grams grams(text);
    for (size_t from = 0; from <= text.size(); ++from)
        for (size_t size = 0; from + size <= text.size(); ++size)
            REQUIRE(grams.may_contain(grams_of(std::string_view(text).substr(from, size))));
}

TEST_CASE("nearly all pieces that are not in the text are denied") {
    Prng prng(4);
    const auto random = [&](size_t size) {
        std::string out;
        while (out.size() < size)
            out += static_cast<char>('a' + prng.below(2));
        return out;
    };
    const std::string text = random(2'000);
    const Grams grams(text);
    int passed = 0;
    for (int i = 0; i < 10'000; ++i)
        passed += grams.may_contain(grams_of(random(32))) ? 1 : 0;
    CHECK_LT(passed, 200);
    CHECK_FALSE(grams.may_contain(grams_of("c")));
    CHECK_FALSE(grams.may_contain(grams_of(random(32) + "c")));
}

TEST_CASE("an empty text holds the empty piece only") {
    const Grams grams("");
    CHECK(grams.may_contain(grams_of("")));
    CHECK_FALSE(grams.may_contain(grams_of("a")));
}
