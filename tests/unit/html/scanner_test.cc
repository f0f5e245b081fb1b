#include <doctest/doctest.h>

#include "html/links.h"

using namespace crawld;

namespace {

PageLinks scan(std::string_view page, HtmlOptions options = {}) {
    return scan_links(page, {.options = options, .product = "crawld"});
}

// "anchor:/x frame:/y" in document order; nofollow as '!'.
std::string links_of(std::string_view page, bool embeds = false) {
    std::string out;
    for (const PageLink& link : scan(page, {.embeds = embeds}).links)
        out += (out.empty() ? "" : " ") + std::string(to_string(link.kind)) +
               (link.nofollow ? "!:" : ":") + link.href;
    return out;
}

}  // namespace

TEST_CASE("links of every kind, in document order") {
    CHECK_EQ(links_of("<A HREF=' /x '>x</A><area href=/y><iframe src=/z></iframe>"),
             "anchor:/x anchor:/y frame:/z");
    CHECK_EQ(
        links_of(
            "<link rel='NEXT prefetch' href=n><link rel=prev href=p><link rel=canonical href=c>"
            "<link rel=alternate href=a><link rel=preload href=l>"),
        "next:n prev:p canonical:c alternate:a");
    CHECK_EQ(links_of("<meta http-equiv=Refresh content='3; url=/r'>"), "refresh:/r");
    CHECK_EQ(links_of("<frameset><frame src=f><frame src=g></frameset>"), "frame:f frame:g");
}

TEST_CASE("values are decoded, trimmed, and the first of two attributes counts") {
    CHECK_EQ(links_of("<a href=\"\n?a=1&amp;b=2&copy=3 \" href=second>"), "anchor:?a=1&b=2&copy=3");
    CHECK_EQ(links_of("<a name=x>"), "");
    CHECK_EQ(links_of("<a href>"), "anchor:");
    CHECK_EQ(links_of("<iframe src=''></iframe><link rel=next href=''>"), "");
}

TEST_CASE("ugc and sponsored are nofollow if the options say so") {
    const std::string_view page = "<a rel=ugc href=u><a rel='SPONSORED x' href=s><a href=n>";
    const auto marks = [&](const HtmlOptions& options) {
        std::string out;
        for (const PageLink& link : scan(page, options).links)
            out += link.nofollow ? '!' : '-';
        return out;
    };
    CHECK_EQ(marks({}), "---");
    CHECK_EQ(marks({.nofollow_ugc = true}), "!--");
    CHECK_EQ(marks({.nofollow_sponsored = true}), "-!-");
}

TEST_CASE("nofollow marks a link") {
    CHECK_EQ(links_of("<a rel='noopener NoFollow' href=x><a rel=nofollower href=y>"),
             "anchor!:x anchor:y");
    CHECK_EQ(links_of("<link rel='nofollow next' href=x>"), "next!:x");
}

TEST_CASE("embeds are links only where asked for") {
    constexpr std::string_view kPage =
        "<img src=i srcset='j 1x, k 2x'><image src=m><source srcset=s><script src=t></script>"
        "<link rel=stylesheet href=u><link rel='shortcut icon' href=v>"
        "<link rel='alternate stylesheet' href=w><img src=' '>";
    CHECK_EQ(links_of(kPage), "");
    CHECK_EQ(links_of(kPage, true),
             "embed:i embed:j embed:k embed:m embed:s embed:t embed:u embed:v embed:w");
}

TEST_CASE("the first base with a href and all robots directives") {
    const PageLinks page = scan(
        "<base target=x><base href=' /b/ '><base href=/c/><meta name=ROBOTS content=noindex>"
        "<meta name=robots content='nofollow'><meta name=Crawld content=none><meta name=other "
        "content=x>");
    CHECK_EQ(page.base_href, "/b/");
    CHECK_EQ(page.meta_robots, "noindex,nofollow");
    CHECK_EQ(page.meta_product, "none");
    CHECK(scan("<base href=''><base href=x>").base_href.empty());
}

TEST_CASE("an alternate has its language, other links have none") {
    const auto languages = [](std::string_view page) {
        const auto text = [](const PageLinks& found) {
            std::string out;
            for (const LinkLanguage& language : found.languages)
                out += found.links.at(language.link).href + "[" + language.tag + "]";
            return out;
        };
        CHECK_EQ(text(scan(page)), text(tree_links(page, {.options = {}, .product = "crawld"})));
        return text(scan(page));
    };
    CHECK_EQ(languages("<a href=/><link rel=alternate HREFLANG=' en-GB' href=/en>"), "/en[en-GB]");
    CHECK_EQ(languages("<link rel='alternate' hreflang='&#100;e' href=/de hreflang=fr>"),
             "/de[de]");
    CHECK_EQ(languages("<link rel=alternate href=/x><link rel=canonical hreflang=de href=/y>"
                       "<a hreflang=de rel=alternate href=/z>"),
             "");
    CHECK_EQ(languages("<link rel=alternate hreflang='de at' href=/x>"), "");
    CHECK_EQ(languages("<p><link rel=alternate hreflang=de href=/x><frameset>"), "");
    const PageLinks few =
        scan("<a href=/><link rel=alternate hreflang=de href=/de>", {.links_max = 1});
    CHECK(few.languages.empty());
}

TEST_CASE("a reservation of text and data mining is taken as it is written") {
    constexpr std::string_view kPage =
        "<meta name=TDM-Reservation content=' 1 '><meta name=tdm-policy content='/p'>";
    constexpr std::string_view kUsage = "meta tdm-reservation: 1; meta tdm-policy: /p";
    CHECK_EQ(scan(kPage).meta_usage, kUsage);
    CHECK_EQ(tree_links(kPage, {.options = {}, .product = ""}).meta_usage, kUsage);
    CHECK(scan("<template><meta name=tdm-reservation content=1></template>").meta_usage.empty());
    const std::string in_lost_body = "<p><meta name=tdm-policy content=x><frameset>";
    CHECK_EQ(scan(in_lost_body).meta_usage,
             tree_links(in_lost_body, {.options = {}, .product = ""}).meta_usage);
}

TEST_CASE("text that looks like links is none") {
    CHECK_EQ(
        links_of("<script>'<a href=x>'</script><style><a href=x></style><!-- <a href=x> -->"
                 "<title><a href=x></title><textarea><a href=x></textarea><p title='<a href=x>'>"),
        "");
    CHECK_EQ(links_of("<noscript><a href=x></noscript>"), "anchor:x");
    CHECK_EQ(links_of("<plaintext><a href=x></plaintext><a href=y>"), "");
}

TEST_CASE("a select drops what is no option") {
    CHECK_EQ(links_of("<select><option><a href=x></select><a href=y>"), "anchor:y");
    CHECK_EQ(links_of("<select><a href=x><input><a href=y>"), "anchor:y");
    CHECK_EQ(links_of("<table><td><select><a href=x></td><td><a href=y>"), "anchor:y");
    CHECK_EQ(links_of("<select></td><td><a href=x></select>"), "");
    CHECK_EQ(links_of("<select><style><a href=x></select><a href=y></style>"), "anchor:y");
    CHECK_EQ(links_of("<select><template><a href=x></template><a href=y>"), "anchor:x");
    // A template that begins with a part of a table is the inside of one.
    CHECK_EQ(links_of("<template><tr><select><tr><td><a href=x></template>"), "anchor:x");
}

TEST_CASE("what a head says outlives a body that a frameset takes the place of") {
    const PageLinks page = scan_links(
        "<head><meta name=robots content=nofollow><base href=/dir/><meta name=tdm-policy content=x>"
        "<link rel=alternate hreflang=de href=/de></head><p></p><meta name=robots content=lost>"
        "<base href=/lost/><frameset><frame src=y>",
        {.options = {}, .product = {}});
    CHECK_EQ(page.meta_robots, "nofollow");
    CHECK_EQ(page.base_href, "/dir/");
    CHECK_EQ(page.links.size(), 2);
    CHECK_EQ(page.languages.size(), 1);
    CHECK_EQ(page.links_dropped, 0);
    CHECK_EQ(page.meta_usage.find('\0'), std::string::npos);
}

TEST_CASE("frames need a frameset, and a frameset an empty body") {
    CHECK_EQ(links_of("<p>text<frameset><frame src=x></frameset>"), "");
    CHECK_EQ(links_of("<frame src=x>"), "");
    CHECK_EQ(links_of("<frameset><a href=x><frame src=y></frameset><frame src=z>"), "frame:y");
    CHECK_EQ(links_of("<p><a href=x><frameset><frame src=y>"), "frame:y");
    CHECK_EQ(links_of("<link rel=next href=n><p><a href=x><frameset><frame src=y>"),
             "next:n frame:y");
    CHECK_EQ(links_of("<link rel=next href=n></body><frameset><frame src=y>"), "next:n frame:y");
    CHECK_EQ(links_of("<frameset><noframes><a href=x></noframes><frame src=y>"), "frame:y");
}

TEST_CASE("svg and math have elements of their own") {
    CHECK_EQ(links_of("<svg><a xlink:href=x><a href=y xlink:href=z></svg><a href=w>"),
             "anchor:x anchor:y anchor:w");
    CHECK_EQ(links_of("<math><a href=x></math>"), "");
    CHECK_EQ(links_of("<a xlink:href=x>"), "");
    CHECK_EQ(links_of("<svg><area href=x><style><a href=y></style></svg>"), "anchor:y");
    CHECK_EQ(links_of("<svg><![CDATA[><a href=x>]]></svg><![CDATA[><a href=y>]]>"), "anchor:y");
    CHECK_EQ(links_of("<svg><foreignObject><area href=x></foreignObject><area href=y></svg>"),
             "anchor:x");
    CHECK_EQ(links_of("<svg><g><div><area href=x></div>"), "anchor:x");
    CHECK_EQ(links_of("<div><svg><g></div><area href=x>"), "anchor:x");
    CHECK_EQ(links_of("<p><svg></p><area href=x>"), "anchor:x");
    CHECK_EQ(links_of("<svg/><area href=x>"), "anchor:x");
    CHECK_EQ(links_of("<math><annotation-xml encoding='Text/HTML'><area href=x>"), "anchor:x");
    CHECK_EQ(links_of("<math><annotation-xml><area href=x>"), "");
}

TEST_CASE("an end tag leaves svg only if its element is open outside") {
    CHECK_EQ(links_of("<svg></div><area href=x>"), "");
    CHECK_EQ(links_of("<div></div><svg></div><area href=x>"), "");
    CHECK_EQ(links_of("<my-icon><svg></my-icon><area href=x>"), "anchor:x");
    CHECK_EQ(links_of("<svg></td></style></body><area href=x>"), "");
    CHECK_EQ(links_of("<table><td><svg></td><area href=x>"), "anchor:x");
}

TEST_CASE("a template has links but no base and no meta") {
    const PageLinks page = scan(
        "<template><base href=b><meta name=robots content=none><a href=x></template>"
        "<base href=c>");
    CHECK_EQ(page.links.size(), 1);
    CHECK_EQ(page.base_href, "c");
    CHECK(page.meta_robots.empty());
}

TEST_CASE("further links than links_max are counted, not kept") {
    const PageLinks page = scan("<a href=1><a href=2><a href=3>", {.links_max = 2});
    CHECK_EQ(page.links.size(), 2);
    CHECK_EQ(page.links_dropped, 1);
}
