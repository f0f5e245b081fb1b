#include "html/summary.h"

#include <doctest/doctest.h>

using namespace crawld;

namespace {
std::string title(std::string_view html) {
    return page_summary(html).title;
}
}  // namespace

TEST_CASE("a page's title is that of its head, in one line") {
    CHECK_EQ(title("<title>A page</title>"), "A page");
    CHECK_EQ(title("<TITLE>\n  A  \t page\n of &lt;two&gt; lines </TITLE >"),
             "A page of <two> lines");
    CHECK_EQ(title("<title>one</title><title>two</title>"), "one");
    CHECK_EQ(title("<title></title>"), "");
    CHECK_EQ(title("<title>never closed"), "never closed");
    CHECK_EQ(title("<title>a </b> c </titles> d</title/>"), "a </b> c </titles> d");
    CHECK_EQ(title("<title>&copy2026 &notit; &eacute</title>"), "\u00a92026 \u00acit; \u00e9");
    CHECK_EQ(title("no title"), "");
    CHECK_EQ(title(""), "");
}

TEST_CASE("what looks like a title elsewhere is none") {
    CHECK_EQ(title("<svg><title>a drawing</title></svg><title>mine</title>"), "mine");
    CHECK_EQ(title("<svg/><title>mine</title>"), "mine");
    CHECK_EQ(title("<script>'<title>no</title>'</script><title>mine</title>"), "mine");
    CHECK_EQ(title("<!-- <title>no</title> --><title>mine</title>"), "mine");
    CHECK_EQ(title("<textarea><title>no</title></textarea><title>mine</title>"), "mine");
}

TEST_CASE("a title has an end, and it is not within a character") {
    std::string two_bytes;
    for (int i = 0; i < 2'000; ++i)
        two_bytes += "\xc3\xa9";
    const std::string cut = title("<title>x" + two_bytes + "</title>");
    CHECK_EQ(cut.size(), kTitleBytesMax - 1);
    CHECK(cut.ends_with("\xc3\xa9"));
    CHECK_EQ(title("<title>" + std::string(1'000'000, ' ') + "late</title>"), "");
}

TEST_CASE("a page's language is that of its html tag") {
    const auto language = [](std::string_view html) { return page_summary(html).language; };
    CHECK_EQ(language("<!doctype html><html class=x LANG='pt-BR'><title>t</title>"), "pt-BR");
    CHECK_EQ(language("<html xml:lang=en xmlns=y>"), "en");
    CHECK_EQ(language("<html lang='not a language'>"), "");
    CHECK_EQ(language("<p lang=fr>"), "");
}

TEST_CASE("the length of a page's text is that of what is between its tags") {
    const auto bytes = [](std::string_view html) { return page_summary(html).text_bytes; };
    CHECK_EQ(bytes("<p>four</p>"), 4);
    CHECK_EQ(bytes("<p>\n  one \n\n two</p>\n<p>  three</p>"), 13);
    CHECK_EQ(bytes("<style>a{}</style><script>b()</script><!-- c -->"), 0);
    CHECK_EQ(bytes("plain"), 5);
}
