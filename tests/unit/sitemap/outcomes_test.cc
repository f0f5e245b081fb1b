// How files end, and what is kept of broken ones.
#include <doctest/doctest.h>

#include "unit/sitemap/reading.h"

using namespace crawld;
using namespace std::string_view_literals;

TEST_CASE("HTML is not a sitemap, and is called so") {
    for (const char* text :
         {"<!DOCTYPE html><html><body>404", "<!doctype HTML>\n", "\n<html lang=en><p>",
          "<HTML><BR>",
          "<!-- x --><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'x'><html/>",
          "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><head/></html>",
          "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML//EN\">"}) {
        const Reading reading = read_sitemap(text);
        CHECK_MESSAGE(reading.outcome() == "not_sitemap", text);
        CHECK_EQ(reading.format(), "html");
        CHECK_EQ(reading.result.detail, "an HTML document");
    }
}

TEST_CASE("other markup is not a sitemap, and its root is named") {
    const Reading reading = read_sitemap("<opml version='1.0'><body/></opml>");
    CHECK_EQ(reading.outcome(), "not_sitemap");
    CHECK_EQ(reading.format(), "unknown");
    CHECK_EQ(reading.result.detail, "the root element is <opml>");
}

TEST_CASE("a root is looked for among the first elements only") {
    std::string wrapped;
    for (size_t i = 0; i < 20; ++i)
        wrapped += "<a>";
    CHECK_EQ(read_sitemap(wrapped + urlset_of("")).outcome(), "not_sitemap");
}

TEST_CASE("a document type is refused, wherever it is and however it is written") {
    const std::string_view rest = "<urlset><url><loc>http://a.example/</loc></url></urlset>";
    for (const char* type :
         {"<!DOCTYPE urlset>", "<?xml version='1.0'?>\n<!DOCTYPE urlset [<!ENTITY a 'b'>]>",
          "<!doctype urlset SYSTEM 'http://b.example/x.dtd'>", "<!-- --><!DOCTYPE\n%x;>",
          "<!DOCTYPE rss PUBLIC '-//Netscape Communications//DTD RSS 0.91//EN' 'http://x'>"}) {
        const Reading reading = read_sitemap(type + std::string(rest));
        CHECK_EQ(reading.outcome(), "dtd_refused");
        CHECK(reading.entries.empty());
        CHECK_GT(reading.result.line, 0);
    }
    CHECK_EQ(read_sitemap("<urlset><url><loc>http://a.example/</loc></url><!DOCTYPE a>").joined(),
             "page http://a.example/\n");
}

TEST_CASE("billion laughs stay silent") {
    const Reading reading = read_sitemap(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [\n <!ENTITY lol \"lol\">\n"
        " <!ENTITY lol2 \"&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;\">\n]>\n"
        "<urlset><url><loc>&lol2;</loc></url></urlset>");
    CHECK_EQ(reading.outcome(), "dtd_refused");
    CHECK_EQ(reading.result.detail, "has a document type \"lolz\"");
    CHECK_EQ(reading.result.line, 2);
    CHECK(reading.entries.empty());
}

TEST_CASE("what came before broken markup is kept, and the place is told") {
    const Reading reading = read_sitemap(
        "<urlset>\n<url><loc>http://a.example/1</loc></url>\n"
        "<url><loc>http://a.example/2</loc></urls>\n<url><loc>http://a.example/3</loc>");
    CHECK_EQ(reading.outcome(), "malformed");
    CHECK_EQ(reading.joined(), "page http://a.example/1\npage http://a.example/2\n");
    CHECK_EQ(reading.result.detail, "mismatched tag");
    CHECK_EQ(reading.result.line, 3);
    CHECK_EQ(reading.result.column, 37);
}

TEST_CASE("lines are counted through white space, comments and declarations") {
    const Reading reading = read_sitemap(
        "\n\n<?xml version='1.0'\n?>\n<!-- a\nb -->\n<urlset>\n<url></loc></url></urlset>");
    CHECK_EQ(reading.outcome(), "malformed");
    CHECK_EQ(reading.result.line, 8);
}

TEST_CASE("the last location of a cut file counts only if its end is there") {
    const std::string text = "<urlset><url><loc>http://a.example/1</loc><lastmod>2005</lastmod>";
    CHECK_EQ(read_sitemap(text).result.detail, "the markup ends early");
    CHECK_EQ(read_sitemap(text).joined(),
             "page http://a.example/1 lastmod=2005-01-01T00:00:00.000000Z\n");
    for (size_t size = 0; size < text.size(); ++size) {
        const Reading reading = read_sitemap(std::string_view(text).substr(0, size));
        CHECK_EQ(reading.outcome(), size == 0 ? "not_sitemap" : "malformed");
        CHECK_EQ(reading.entries.size(), size >= text.find("</loc>") + 6 ? 1 : 0);
    }
}

TEST_CASE("characters that XML forbids are left out, invalid bytes are U+FFFD") {
    const std::string_view text =
        "<urlset>\0<url><loc>http://a.example/\x01\x7f\xff\xef\xbf\xbe</loc></url>\x1b</urlset>"sv;
    const Reading reading = read_sitemap(text);
    CHECK_EQ(reading.outcome(), "ok");
    CHECK_EQ(reading.joined(), "page http://a.example/\x7f\xef\xbf\xbd\xef\xbf\xbd\n");
}

TEST_CASE("after the root only white space may follow") {
    CHECK_EQ(read_sitemap(urlset_of("") + " \n<!-- x -->\n").outcome(), "ok");
    const Reading reading =
        read_sitemap(urlset_of("<url><loc>http://a.example/</loc></url>") + "<urlset/>");
    CHECK_EQ(reading.outcome(), "malformed");
    CHECK_EQ(reading.entries.size(), 1);
}
