// urlset and sitemapindex: the protocol, and what people make of it.
#include <doctest/doctest.h>

#include "unit/sitemap/reading.h"

using namespace crawld;

namespace {

// The entries of a urlset with this inside, which has to be read to its end.
std::string entries_of(std::string_view inner) {
    const Reading reading = read_sitemap(urlset_of(inner));
    CHECK_EQ(reading.outcome(), "ok");
    CHECK_EQ(reading.format(), "urlset");
    return reading.joined();
}

}  // namespace

TEST_CASE("an entry has its location, time, frequency and priority, in any order") {
    CHECK_EQ(entries_of("<url><loc>http://a.example/</loc><lastmod>2005-01-01</lastmod>"
                        "<changefreq>monthly</changefreq><priority>0.8</priority></url>"
                        "<url><priority>1</priority><lastmod>2004-12-23T18:00:15+01:00</lastmod>"
                        "<loc>http://a.example/2</loc></url>"),
             "page http://a.example/ lastmod=2005-01-01T00:00:00.000000Z priority=0.80 "
             "changefreq=monthly\n"
             "page http://a.example/2 lastmod=2004-12-23T17:00:15.000000Z priority=1.00\n");
}

TEST_CASE("fields that are none are left out, and the entry stays") {
    CHECK_EQ(entries_of("<url><loc>http://a.example/</loc><lastmod>yesterday</lastmod>"
                        "<changefreq>often</changefreq><priority>1.1</priority></url>"
                        "<url><loc>http://a.example/2</loc><lastmod/><changefreq>DAILY</changefreq>"
                        "<priority>high</priority></url>"),
             "page http://a.example/\npage http://a.example/2 changefreq=daily\n");
}

TEST_CASE("fields of an entry are not the next one's") {
    CHECK_EQ(entries_of("<url><loc>http://a.example/1</loc><priority>0.1</priority></url>"
                        "<url><loc>http://a.example/2</loc></url>"),
             "page http://a.example/1 priority=0.10\npage http://a.example/2\n");
}

TEST_CASE("white space around a location is none of it, Unicode's neither") {
    CHECK_EQ(
        entries_of("<url><loc>\n\t http://a.example/1 \r\n</loc></url>"
                   "<url><loc> <![CDATA[\xc2\xa0http://a.example/2 ]]>\xe2\x80\x80\n</loc></url>"),
        "page http://a.example/1\npage http://a.example/2\n");
}

TEST_CASE("references and CDATA are decoded") {
    CHECK_EQ(
        entries_of("<url><loc>http://a.example/?a=1&amp;b=&#50;&#x41;&lt;&gt;&quot;&apos;</loc>"
                   "</url><url><loc>http://a.example/<![CDATA[?c=1&d=&amp;]]></loc></url>"),
        "page http://a.example/?a=1&b=2A<>\"'\npage http://a.example/?c=1&d=&amp;\n");
}

TEST_CASE("an ampersand that begins no reference is an ampersand") {
    CHECK_EQ(entries_of(
                 "<url><loc>http://a.example/?a=1&b=2&copy=3&&lt;&#0;&#xD800;&nbsp;&</loc></url>"),
             "page http://a.example/?a=1&b=2&copy=3&<&#0;&#xD800;&nbsp;&\n");
}

TEST_CASE("any namespace, any prefix, declared or not") {
    for (const char* text :
         {"<urlset><url><loc>http://a.example/</loc></url></urlset>",
          "<urlset xmlns='https://www.google.com/schemas/sitemap/0.84'><url><loc>http://a.example/"
          "</loc></url></urlset>",
          "<s:urlset xmlns:s='http://www.sitemaps.org/schemas/sitemap/0.9'><s:url><s:loc>"
          "http://a.example/</s:loc></s:url></s:urlset>",
          "<s:urlset><s:url><s:loc>http://a.example/</s:loc></s:url></s:urlset>",
          "<wrapper><urlset><url><loc>http://a.example/</loc></url></urlset></wrapper>"}) {
        const Reading reading = read_sitemap(text);
        CHECK_EQ(reading.outcome(), "ok");
        CHECK_EQ(reading.format(), "urlset");
        CHECK_EQ(reading.joined(), "page http://a.example/\n");
    }
}

TEST_CASE("an index lists sitemaps, and says that it is one") {
    const Reading reading = read_sitemap(
        "<sitemapindex><sitemap><loc>http://a.example/1.xml.gz</"
        "loc><lastmod>2004-10-01T18:23:17+00:00"
        "</lastmod></sitemap><sitemap>\n "
        "http://a.example/2.xml?a&amp;b\n</sitemap></sitemapindex>");
    CHECK_EQ(reading.outcome(), "ok");
    CHECK_EQ(reading.format(), "index");
    CHECK_EQ(reading.joined(),
             "sitemap http://a.example/1.xml.gz lastmod=2004-10-01T18:23:17.000000Z\n"
             "sitemap http://a.example/2.xml?a&b\n");
}

TEST_CASE("pages of an index and sitemaps of a urlset are what their elements say") {
    CHECK_EQ(read_sitemap("<sitemapindex><url><loc>http://a.example/</loc></url></sitemapindex>")
                 .joined(),
             "page http://a.example/\n");
    CHECK_EQ(entries_of("<sitemap><loc>http://a.example/s.xml</loc></sitemap>"),
             "sitemap http://a.example/s.xml\n");
}

TEST_CASE("several locations in one item are several entries, each with the fields behind it") {
    CHECK_EQ(
        read_sitemap("<sitemapindex><sitemap><loc>http://a.example/1</loc><lastmod>2004</lastmod>"
                     "<loc>http://a.example/2</loc><loc>http://a.example/3</loc>"
                     "<lastmod>2005-11-02</lastmod></sitemap></sitemapindex>")
            .joined(),
        "sitemap http://a.example/1 lastmod=2004-01-01T00:00:00.000000Z\n"
        "sitemap http://a.example/2\n"
        "sitemap http://a.example/3 lastmod=2005-11-02T00:00:00.000000Z\n");
}

TEST_CASE("elements inside of a location do not hide it") {
    CHECK_EQ(entries_of("<url><loc><url><![CDATA[http://a.example/x]]></url></loc>"
                        "<lastmod>2015-04-28</lastmod></url>"),
             "page http://a.example/x lastmod=2015-04-28T00:00:00.000000Z\n");
}

TEST_CASE("an item without a location is skipped and counted") {
    const Reading reading =
        read_sitemap(urlset_of("<url><loc> </loc></url><url>text</url><url/>"
                               "<url><loc>http://a.example/</loc></url>"));
    CHECK_EQ(reading.joined(), "page http://a.example/\n");
    CHECK_EQ(reading.result.skipped, 3);
    CHECK_EQ(reading.result.urls, 1);
}

TEST_CASE("images, videos and alternates are entries of their kinds, before their page") {
    const Reading reading = read_sitemap(urlset_of(
        "<url><loc>http://a.example/</loc>"
        "<image:image><image:loc>http://a.example/i.jpg</image:loc>"
        "<image:license>http://a.example/license</image:license></image:image>"
        "<video:video><video:thumbnail_loc>http://a.example/t.jpg</video:thumbnail_loc>"
        "<video:content_loc>http://a.example/v.mp4</video:content_loc>"
        "<video:player_loc>http://a.example/player?v=1</video:player_loc>"
        "<video:publication_date>2001-01-01</video:publication_date>"
        "<video:gallery_loc>http://a.example/gallery</video:gallery_loc></video:video>"
        "<xhtml:link rel='alternate' hreflang='de-CH' href=' http://a.example/de?a=1&amp;b '/>"
        "<xhtml:link rel='Alternate' media='handheld' href='http://m.a.example/'/>"
        "<xhtml:link rel='canonical' href='http://b.example/'/></url>"));
    CHECK_EQ(reading.joined(),
             "image http://a.example/i.jpg\nimage http://a.example/t.jpg\n"
             "video http://a.example/v.mp4\nvideo http://a.example/player?v=1\n"
             "alternate http://a.example/de?a=1&b hreflang=de-CH\nalternate http://m.a.example/\n"
             "page http://a.example/\n");
    CHECK_EQ(reading.result.urls, 1);
    CHECK_EQ(reading.result.others, 6);
}

TEST_CASE("an image whose namespace is a default one, or that is not inside of <image>") {
    CHECK_EQ(
        entries_of("<url><image xmlns='http://www.google.com/schemas/sitemap-image/1.1'>"
                   "<loc>http://a.example/1.jpg</loc></image><loc>http://a.example/</loc>"
                   "<image:loc>http://a.example/2.jpg</image:loc></url>"),
        "image http://a.example/1.jpg\nimage http://a.example/2.jpg\npage http://a.example/\n");
}

TEST_CASE("the date of a news article is its lastmod if there is no other") {
    CHECK_EQ(entries_of("<url><loc>http://a.example/1</loc><news:news><news:publication>"
                        "<news:name>Times</news:name></news:publication><news:publication_date>"
                        "2008-12-23</news:publication_date></news:news></url>"
                        "<url><lastmod>2009-01-01</lastmod><loc>http://a.example/2</loc><n:news>"
                        "<n:publication_date>2008-12-23</n:publication_date></n:news></url>"),
             "page http://a.example/1 lastmod=2008-12-23T00:00:00.000000Z\n"
             "page http://a.example/2 lastmod=2009-01-01T00:00:00.000000Z\n");
}

TEST_CASE("elements of other vocabularies are passed over") {
    CHECK_EQ(entries_of("<url><loc>http://a.example/</loc><mobile:mobile/><PageMap xmlns='p'>"
                        "<DataObject><Attribute name='loc'>http://b.example/</Attribute>"
                        "<loc>http://c.example/</loc></DataObject></PageMap></url>"),
             "page http://a.example/\n");
}

TEST_CASE("white space, marks and comments before the declaration, comments anywhere") {
    for (const char* before :
         {"\n \t\r\n", "\xef\xbb\xbf\n ", "\xef\xbb\xbf\xef\xbb\xbf", "<!-- a -- comment & -->\n",
          "<!---->", "<?php ?>", "<!--><urlset><url><loc>http://no.example/</loc></url>-->"}) {
        const Reading reading = read_sitemap(
            before +
            urlset_of("<url><!-- <loc>http://no.example/</loc> --><loc>http://a.example/<!-- x -->1"
                      "</loc></url><!-- <![CDATA[ -->"));
        CHECK_EQ(reading.outcome(), "ok");
        CHECK_EQ(reading.joined(), "page http://a.example/1\n");
    }
}
