#include "html/microsyntax.h"

#include <doctest/doctest.h>

#include <string>

using namespace crawld;

namespace {
std::string srcset_urls(std::string_view srcset) {
    std::string out;
    for_each_srcset_url(srcset, [&](std::string_view url) { out += "[" + std::string(url) + "]"; });
    return out;
}
std::string refresh_of(std::string_view content) {
    const auto url = refresh_url(content);
    return url ? std::string(*url) : "none";
}
}  // namespace

TEST_CASE("srcset candidates") {
    CHECK_EQ(srcset_urls("a.png 1x, b.png 2x"), "[a.png][b.png]");
    CHECK_EQ(srcset_urls(" , a.png,b.png , c.png,, d.png"), "[a.png,b.png][c.png][d.png]");
    CHECK_EQ(srcset_urls("a.png (x, y) 1x, b.png"), "[a.png][b.png]");
    CHECK_EQ(srcset_urls("data:image/png;base64,AA== 1x,b"), "[data:image/png;base64,AA==][b]");
    CHECK_EQ(srcset_urls(" \n, "), "");
}

TEST_CASE("language tags") {
    CHECK_EQ(language_tag(" en-GB\n"), "en-GB");
    CHECK_EQ(language_tag("x-default"), "x-default");
    for (const char* text : {"", " ", "de fr", "de,fr", "d\xC3\xA9", "<b>", "de_DE"})
        CHECK_EQ(language_tag(text), "");
    CHECK_EQ(language_tag(std::string(35, 'a')).size(), 35);
    CHECK_EQ(language_tag(std::string(36, 'a')), "");
}

TEST_CASE("refresh as browsers read it") {
    CHECK_EQ(refresh_of("0; url=/x"), "/x");
    CHECK_EQ(refresh_of(" 5.5 ;URL = '/x y' z"), "/x y");
    CHECK_EQ(refresh_of("0,url=\"/x"), "/x");
    CHECK_EQ(refresh_of("0 /x"), "/x");
    CHECK_EQ(refresh_of("0;/x"), "/x");
    CHECK_EQ(refresh_of("0; urlx"), "urlx");
    CHECK_EQ(refresh_of("0; 'a'b"), "a");
    CHECK_EQ(refresh_of(".5;url=x"), "x");
    CHECK_EQ(refresh_of("5"), "");
    CHECK_EQ(refresh_of("5;"), "");
    CHECK_EQ(refresh_of("x; url=/x"), "none");
    CHECK_EQ(refresh_of("5x; url=/x"), "none");
    CHECK_EQ(refresh_of(""), "none");
}
