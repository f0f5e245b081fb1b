// RSS and Atom.
#include <doctest/doctest.h>

#include "sitemap/xml_base.h"
#include "unit/sitemap/reading.h"

using namespace crawld;

namespace {

Reading rss_of(std::string_view items) {
    return read_sitemap(
        "<rss version='2.0'><channel><title>T</title><link>http://a.example/</link>"
        "<atom:link rel='self' href='http://a.example/rss'/><image><url>"
        "http://a.example/logo.png</url><link>http://a.example/</link></image>" +
        std::string(items) + "</channel></rss>");
}

Reading atom_of(std::string_view entries) {
    return read_sitemap(
        "<feed xmlns='http://www.w3.org/2005/Atom'><link href='http://a.example/'/>"
        "<updated>2003-12-13T18:30:02Z</updated>" +
        std::string(entries) + "</feed>");
}

}  // namespace

TEST_CASE("an RSS item's link is a page, the feed's own link and logo are none") {
    const Reading reading = rss_of(
        "<item><title>&lt;b&gt;</title><link>http://a.example/1?a&amp;b</link>"
        "<guid>http://a.example/?p=1</guid><pubDate>Sun, 06 Sep 2009 16:20:00 +0200</pubDate>"
        "</item><item><link><![CDATA[ /relative ]]></link></item>");
    CHECK_EQ(reading.outcome(), "ok");
    CHECK_EQ(reading.format(), "rss");
    CHECK_EQ(reading.joined(),
             "page http://a.example/1?a&b lastmod=2009-09-06T14:20:00.000000Z\npage /relative\n");
}

TEST_CASE("an RSS item without a link has its guid, if that is a URL") {
    const Reading reading = rss_of(
        "<item><guid isPermaLink='false'>http://a.example/g</guid></item>"
        "<item><link/><guid>HTTPS://a.example/h</guid></item><item><guid>urn:uuid:1</guid></item>");
    CHECK_EQ(reading.joined(), "page http://a.example/g\npage HTTPS://a.example/h\n");
    CHECK_EQ(reading.result.skipped, 1);
}

TEST_CASE("RSS 1.0 has its items beside the channel") {
    const Reading reading = read_sitemap(
        "<rdf:RDF xmlns:rdf='r' xmlns='http://purl.org/rss/1.0/'><channel rdf:about='x'>"
        "<link>http://a.example/</link><items><rdf:Seq><rdf:li resource='y'/></rdf:Seq></items>"
        "</channel><image><link>http://a.example/</link><url>http://a.example/logo</url></image>"
        "<item><link>http://a.example/1</link><dc:date>2000-08-09</dc:date></item></rdf:RDF>");
    CHECK_EQ(reading.format(), "rss");
    CHECK_EQ(reading.joined(), "page http://a.example/1 lastmod=2000-08-09T00:00:00.000000Z\n");
}

TEST_CASE("enclosures and media of RSS are images and videos") {
    const Reading reading = rss_of(
        "<item><link>http://a.example/1</link>"
        "<enclosure url='http://a.example/p.mp3' length='1' type='audio/mpeg'/>"
        "<enclosure url='http://a.example/p.mp4' length='1' type='Video/mp4'/>"
        "<media:group><media:content url='http://a.example/i.webp' medium='image'/>"
        "<media:content url='http://a.example/x'/></media:group>"
        "<media:thumbnail url='http://a.example/t.jpg'/></item>");
    CHECK_EQ(reading.joined(),
             "video http://a.example/p.mp4\nimage http://a.example/i.webp\n"
             "image http://a.example/t.jpg\npage http://a.example/1\n");
}

TEST_CASE("the first alternate link of an Atom entry is its page") {
    const Reading reading = atom_of(
        "<entry><link rel='edit' href='http://a.example/edit'/><link href='http://a.example/1'/>"
        "<link rel='alternate' hreflang='de' href='http://a.example/1.de'/>"
        "<link rel='enclosure' type='image/png' href='http://a.example/1.png'/>"
        "<link rel='self' href='http://a.example/1.atom'/><id>http://a.example/id</id>"
        "<published>2003-12-01T00:00:00Z</published><updated>2003-12-13T18:30:02Z</updated>"
        "<content type='xhtml'><div><link href='http://no.example/'/></div></content></entry>"
        "<entry><id>urn:x</id></entry>");
    CHECK_EQ(reading.outcome(), "ok");
    CHECK_EQ(reading.format(), "atom");
    CHECK_EQ(reading.joined(),
             "alternate http://a.example/1.de hreflang=de\nimage http://a.example/1.png\n"
             "page http://a.example/1 lastmod=2003-12-13T18:30:02.000000Z\n");
    CHECK_EQ(reading.result.skipped, 1);
}

TEST_CASE("an Atom entry that was never updated has the date of its publication") {
    CHECK_EQ(atom_of("<entry><link href='http://a.example/1'/><published>2003-12-01T00:00:00Z"
                     "</published></entry>")
                 .joined(),
             "page http://a.example/1 lastmod=2003-12-01T00:00:00.000000Z\n");
}

TEST_CASE("what an Atom entry was taken from is not the entry") {
    CHECK_EQ(atom_of("<entry><source><link href='http://b.example/'/><updated>1999-01-01</updated>"
                     "</source><link href='http://a.example/1'/></entry>")
                 .joined(),
             "page http://a.example/1\n");
}

TEST_CASE("links of a feed are relative to the xml:base around them, if it is absolute") {
    const Reading atom = read_sitemap(
        "<feed xml:base='http://b.example/x/feed' xmlns='http://www.w3.org/2005/Atom'>"
        "<entry><link href='1'/></entry>"
        "<entry xml:base='y/'><link href='2'/><link xml:base='/z/' href='3' hreflang='de'/>"
        "<link rel='enclosure' type='image/png' href='4.png'/></entry>"
        "<entry><link href=' http://c.example/5 '/></entry><entry><link href='6'/></entry></feed>");
    CHECK_EQ(atom.joined(),
             "page http://b.example/x/1\n"
             "alternate http://b.example/z/3 hreflang=de\nimage http://b.example/x/y/4.png\n"
             "page http://b.example/x/y/2\n"
             "page http://c.example/5\npage http://b.example/x/6\n");
    CHECK_EQ(read_sitemap("<rss xml:base='http://b.example/'><channel><item><link>/1</link></item>"
                          "<item><link/><guid>http://b.example/2</guid></item></channel></rss>")
                 .joined(),
             "page http://b.example/1\npage http://b.example/2\n");
    CHECK_EQ(read_sitemap("<urlset xml:base='http://b.example/'><url><loc>/1</loc></url></urlset>")
                 .joined(),
             "page /1\n");
}

TEST_CASE("the outermost xml:base is relative to the file's URL, links without one are not") {
    const HowToRead how{.url = "http://b.example/y/feed.xml"};
    CHECK_EQ(read_sitemap("<feed xml:base='/blog/'><entry><link href='1'/></entry>"
                          "<entry xml:base='x/'><link href='2'/></entry></feed>",
                          how)
                 .joined(),
             "page http://b.example/blog/1\npage http://b.example/blog/x/2\n");
    CHECK_EQ(read_sitemap("<feed><entry><link href='1'/></entry>"
                          "<entry xml:base=' x/ '><link href='2'/></entry></feed>",
                          how)
                 .joined(),
             "page 1\npage http://b.example/y/x/2\n");
}

TEST_CASE("relative links inside of an xml:base that cannot be used are none") {
    const std::string long_name = std::string(kXmlBaseBytesMax - 15, 'x') + "/";
    const std::string too_long = std::string(kXmlBaseBytesMax, 'x') + "/";
    for (const std::string& bad : {long_name, too_long, std::string("//[/"), std::string("http://"),
                                   std::string("mailto:x@b.example")}) {
        CAPTURE(bad);
        const Reading reading = read_sitemap(
            "<feed xml:base='http://b.example/y/'><entry xml:base='" + bad +
                "'><link href='1'/></entry><entry xml:base='" + bad +
                "'><link href='http://c.example/2'/><link href=' 3 '/>"
                "<link rel='enclosure' type='image/png' href='4.png'/></entry>"
                "<entry xml:base='" +
                bad + "'><link xml:base='z/' href='5'/></entry><entry xml:base='" + bad +
                "'><link xml:base='http://d.example/' href='6'/></entry>"
                "<entry><link href='7'/></entry></feed>",
            {.url = "http://a.example/feed"});
        CHECK_EQ(reading.joined(),
                 "page http://c.example/2\npage http://d.example/6\npage http://b.example/y/7\n");
        CHECK_EQ(reading.result.skipped, 4);
    }
    const Reading unknown =
        read_sitemap("<feed xml:base='/x/'><entry><link href='1'/></entry></feed>");
    CHECK_EQ(unknown.joined(), "");
    CHECK_EQ(unknown.result.skipped, 1);
    CHECK_EQ(
        read_sitemap("<feed xml:base='http://b.example/" + std::string(kXmlBaseBytesMax - 17, 'x') +
                     "'><entry><link href='/1'/></entry></feed>")
            .joined(),
        "page http://b.example/1\n");
}

TEST_CASE("only so many bases of a file are read, and those that no link needs are not counted") {
    std::string feed = "<feed>";
    for (size_t i = 0; i < kXmlBasesMax + 5; ++i)
        feed += "<entry xml:base='http://b.example/'><id>x</id></entry>";
    for (size_t i = 0; i < kXmlBasesMax + 5; ++i)
        feed += "<entry xml:base='http://b.example/'><link href='1'/><link href='2'/></entry>";
    feed +=
        "<entry xml:base='/'><link href='http://b.example/2'/></entry>"
        "<entry><link href='3'/></entry></feed>";
    const Reading reading = read_sitemap(feed);
    CHECK_EQ(reading.outcome(), "ok");
    CHECK_EQ(reading.result.urls, kXmlBasesMax + 2);
    CHECK_EQ(reading.result.others, kXmlBasesMax);
    CHECK_EQ(reading.entries.back(), "page 3");
    CHECK_EQ(reading.entries[reading.entries.size() - 2], "page http://b.example/2");
}
