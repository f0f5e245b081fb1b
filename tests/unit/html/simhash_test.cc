#include "html/simhash.h"

#include <doctest/doctest.h>

#include <string>

using namespace crawld;

namespace {

// `words` numbered words, those in [from, to) others than usual.
std::string page(int words, int from = 0, int to = 0) {
    std::string html = "<!doctype html><html><head><title>t</title></head><body>";
    for (int i = 0; i < words; ++i)
        html += (i >= from && i < to ? "<p>other" : "<p>word") + std::to_string(i) + "</p>\n";
    return html + "</body></html>";
}

int distance(const std::string& a, const std::string& b) {
    return std::popcount(simhash(a) ^ simhash(b));
}

}  // namespace

TEST_CASE("simhash: pages that say nearly the same are similar, others are far apart") {
    CHECK(is_similar(simhash(page(1'000)), simhash(page(1'000))));
    CHECK(is_similar(simhash(page(1'000)), simhash(page(1'000, 10, 12))));
    CHECK_FALSE(is_similar(simhash(page(1'000)), simhash(page(1'000, 0, 500))));
    CHECK(distance(page(1'000), page(1'000, 0, 1'000)) > 16);
}

TEST_CASE("simhash: markup, scripts, styles and comments are not what a page says") {
    const std::string text = "one\ntwo<p>three</p>four\n";
    const uint64_t plain = simhash(text);
    CHECK(plain != 0);
    CHECK(simhash("<p class='other words'>" + text) == plain);
    CHECK(simhash("<script>let a = '<b>words</b>\n';</script>" + text) == plain);
    CHECK(simhash("<STYLE>p { color: red }\n</STYLE >" + text) == plain);
    CHECK(simhash("<!-- not > this -->" + text) == plain);
    CHECK(simhash("<b>one</b>\r\n <i>two</i>three<br>\n\n\tfour") == plain);
}

TEST_CASE("simhash: too few lines say nothing, and broken markup ends") {
    CHECK(simhash("") == 0);
    CHECK(simhash("404 not found") == 0);
    CHECK_FALSE(is_similar(0, 0));
    for (const char* broken : {"<", "<!--", "<script", "<p", "a<b", "<style>x", "<script></", "\n"})
        CHECK(simhash(broken) == 0);
    CHECK(simhash(std::string(100'000, '<')) == 0);
}
