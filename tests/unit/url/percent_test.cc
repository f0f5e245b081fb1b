#include "url/percent.h"

#include <doctest/doctest.h>

using namespace crawld;

namespace {
std::string encoded(std::string_view text, const ByteSet& set) {
    std::string out;
    percent_encode(out, text, set);
    return out;
}
std::string canonical_form(std::string_view text) {
    std::string out;
    append_canonical(out, text);
    return out;
}
}  // namespace

TEST_CASE("the encode sets differ where the standard says") {
    const std::string_view text = " \"#'/:<=>?@[\\]^`{|}~";
    CHECK(encoded(text, kFragmentSet) == "%20%22#'/:%3C=%3E?@[\\]^%60{|}~");
    CHECK(encoded(text, kQuerySet) == "%20%22%23'/:%3C=%3E?@[\\]^`{|}~");
    CHECK(encoded(text, kSpecialQuerySet) == "%20%22%23%27/:%3C=%3E?@[\\]^`{|}~");
    CHECK(encoded(text, kPathSet) == "%20%22%23'/:%3C=%3E%3F@[\\]%5E%60%7B|%7D~");
    CHECK(encoded(text, kUserinfoSet) ==
          "%20%22%23'%2F%3A%3C%3D%3E%3F%40%5B%5C%5D%5E%60%7B%7C%7D~");
    CHECK(encoded(text, kC0ControlSet) == text);
    CHECK(encoded(std::string_view("\0\x1F\x7F\xC3\xA9", 5), kC0ControlSet) == "%00%1F%7F%C3%A9");
}

TEST_CASE("percent_decode leaves what is no escape") {
    CHECK(percent_decode("%41%zz%4%%25%ff") == "A%zz%4%%\xFF");
}

TEST_CASE("escaped unreserved characters are decoded, other escapes get upper-case digits") {
    CHECK(canonical_form("%61%5A%30%2d%2E%5f%7e") == "aZ0-._~");
    CHECK(canonical_form("%2f%3A%c3%a9%21%00") == "%2F%3A%C3%A9%21%00");
    CHECK(canonical_form("plain/text?!") == "plain/text?!");
}

TEST_CASE("a percent sign that begins no escape becomes %25, so that nothing new is one") {
    CHECK(canonical_form("%") == "%25");
    CHECK(canonical_form("%4") == "%254");
    CHECK(canonical_form("100%/x%zz") == "100%25/x%25zz");
    CHECK(canonical_form("%4%31") == "%2541");
    CHECK(canonical_form("%%34%31") == "%2541");
}

TEST_CASE("the canonical form of every text of up to five symbols is its own canonical form") {
    constexpr std::string_view kSymbols = "%24aEz";
    for (size_t n = 0; n < 6 * 6 * 6 * 6 * 6; ++n) {
        std::string text;
        for (size_t rest = n; text.size() < 5; rest /= kSymbols.size())
            text += kSymbols[rest % kSymbols.size()];
        const std::string once = canonical_form(text);
        CAPTURE(text);
        REQUIRE(canonical_form(once) == once);
    }
}
