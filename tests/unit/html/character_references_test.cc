#include "html/character_references.h"

#include <doctest/doctest.h>

using namespace crawld;

namespace {
std::string decoded(std::string_view raw) {
    std::string scratch;
    return std::string(decode_attribute(raw, scratch));
}
}  // namespace

TEST_CASE("named references") {
    CHECK_EQ(decoded("a&amp;b&lt;&gt;&quot;"), "a&b<>\"");
    CHECK_EQ(decoded("&eacute;&Eacute;&ngE;"), "\u00e9\u00c9\u2267\u0338");
    CHECK_EQ(decoded("&notin;&CounterClockwiseContourIntegral;"), "\u2209\u2233");
    CHECK_EQ(decoded("&unknown;&;& &AMP"), "&unknown;&;& &");
}

TEST_CASE("without a semicolon a name must not run on in an attribute") {
    CHECK_EQ(decoded("?a=1&copy=2"), "?a=1&copy=2");
    CHECK_EQ(decoded("&copyright"), "&copyright");
    CHECK_EQ(decoded("&copy 2&copy"), "\u00a9 2\u00a9");
    CHECK_EQ(decoded("&notit;"), "&notit;");
    CHECK_EQ(decoded("&amp/x&amp"), "&/x&");
    CHECK_EQ(decoded("&hearts"), "&hearts");
}

TEST_CASE("numeric references") {
    CHECK_EQ(decoded("&#65;&#x42;&#X43&#68x"), "ABCDx");
    CHECK_EQ(decoded("&#128;&#x9f;&#x81;"), "\u20ac\u0178\u0081");
    CHECK_EQ(decoded("&#0;&#xd800;&#x110000;&#99999999999999999999;"), "\ufffd\ufffd\ufffd\ufffd");
    CHECK_EQ(decoded("&#x1F600;"), "\U0001F600");
    CHECK_EQ(decoded("&#;&#x;&#xg&#"), "&#;&#x;&#xg&#");
}

TEST_CASE("line ends and NUL are normalised, and a plain value is not copied") {
    CHECK_EQ(decoded("a\r\nb\rc"), "a\nb\nc");
    CHECK_EQ(decoded(std::string_view("a\0b", 3)), "a\ufffdb");
    std::string scratch;
    constexpr std::string_view kPlain = "/plain?x=1";
    CHECK_EQ(decode_attribute(kPlain, scratch).data(), kPlain.data());
}
