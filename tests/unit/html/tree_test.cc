// The guard before Gumbo: hostile pages go to the scanner, which finds their links all the same.
#include <doctest/doctest.h>

#include <set>

#include "html/guard.h"
#include "html/links.h"

using namespace crawld;

namespace {

const LinkQuery kGumbo = {.options = {.parser = HtmlParser::gumbo}, .product = "crawld"};

std::string repeat(std::string_view text, size_t times) {
    std::string out;
    out.reserve(text.size() * times);
    for (size_t i = 0; i < times; ++i)
        out += text;
    return out;
}

std::string many_attributes(size_t count) {
    std::string page = "<a";
    for (size_t i = 0; i < count; ++i)
        page += " a" + std::to_string(i) + "=1";
    return page + " href=/in>x</a>";
}

void check_refused(std::string page) {
    page += "<a href=/last>";
    const PageLinks found = find_links(page, kGumbo);
    CHECK(found.scanner_used);
    REQUIRE_FALSE(found.links.empty());
    CHECK_EQ(found.links.back().href, "/last");
}

}  // namespace

TEST_CASE("the parser option decides who reads a page") {
    CHECK_FALSE(find_links("<a href=x>", kGumbo).scanner_used);
    CHECK(find_links("<a href=x>", {}).scanner_used);
    CHECK_EQ(find_links("<a href=x>", kGumbo).links, find_links("<a href=x>", {}).links);
}

TEST_CASE("where the scanner has to guess the tree is asked, if the option leaves it open") {
    const std::string page = "<desc><svg></desc><link rel=next href=a>";
    CHECK(scan_links(page, {}).guessed);
    const PageLinks found = find_links(page, {});
    CHECK_FALSE(found.scanner_used);
    CHECK_FALSE(found.guessed);
    CHECK_EQ(found.links, tree_links(page, {}).links);
    const LinkQuery scanner{.options = {.parser = HtmlParser::scanner}, .product = "crawld"};
    CHECK(find_links(page, scanner).scanner_used);
    check_refused(page + repeat("<div>", 1000));
    CHECK(find_links(page + repeat("<div>", 1000), {}).scanner_used);
}

TEST_CASE("where the scanner guessed what either finds is a link") {
    // Gumbo does not take "</svg >" for the end of svg.
    const std::string page =
        "<svg></svg ><area href=one><link rel=next href=two><link rel=alternate hreflang=de "
        "href=de>"
        "<p><desc><svg></desc></svg><link rel=prev href=three>";
    REQUIRE(scan_links(page, {}).guessed);
    const PageLinks found = find_links(page, {});
    std::set<std::string> hrefs;
    for (const PageLink& link : found.links)
        hrefs.insert(link.href);
    CHECK_EQ(hrefs, std::set<std::string>{"de", "one", "three", "two"});
    REQUIRE_EQ(found.languages.size(), 1);
    CHECK_EQ(found.links.at(found.languages[0].link).href, "de");
    LinkQuery few;
    few.options.links_max = 2;
    const PageLinks first = find_links(page, few);
    CHECK_EQ(first.links.size(), 2);
    CHECK_GT(first.links_dropped, 0);
}

TEST_CASE("what the scanner cannot know in tables and templates it says, and knows the rest") {
    for (const char* page :
         {"<table><td><math></tr><iframe src=5>", "<table><th><svg></tr><iframe src=5>",
          "<table><tr><td><base href=/a/></td><base href=/b/></tr></table><a href=c>"})
        CHECK_MESSAGE(scan_links(page, {}).guessed, page);
    const char* nested = "<select><template><template><select></template><iframe src=8></iframe>";
    CHECK_EQ(scan_links(nested, {}).links, tree_links(nested, {}).links);
}

TEST_CASE("well-formed markup leaves no doubt") {
    for (const char* page :
         {"<p><svg><g><path/><a href=x>t</a></g><foreignObject><div><p>x</p></div></foreignObject>"
          "</svg><a href=y>",
          "<math><mi>x</mi><annotation-xml encoding=text/html><p>x</p></annotation-xml></math>",
          "<table><tr><td><select><option>a<option>b</select></td></tr></table>",
          "<template><tr><td><a href=x></a></td></tr></template>",
          "<head><title>t</title></head><frameset><frame src=a></frameset>",
          "<div><svg><path></svg></div><b><i></b></i></p></div></td>"})
        CHECK_MESSAGE(!scan_links(page, {}).guessed, page);
}

TEST_CASE("depth is bounded at 400") {
    CHECK_FALSE(tree_links(repeat("<div>", 390), kGumbo).scanner_used);
    check_refused(repeat("<div>", 410));
    check_refused(repeat("<div>", 100'000));
    check_refused(repeat("<ul><li>", 20'000));
    check_refused(repeat("<svg>", 20'000));
    check_refused(repeat("<b><div></b>", 20'000));
}

TEST_CASE("attributes of one tag are bounded at 400") {
    CHECK_FALSE(tree_links(many_attributes(390), kGumbo).scanner_used);
    check_refused(many_attributes(410));
    check_refused(many_attributes(60'000));
    CHECK_EQ(tree_links(many_attributes(60'000), kGumbo).links.at(0).href, "/in");
}

TEST_CASE("many tags with many attributes are no reason to refuse") {
    CHECK_FALSE(tree_links(repeat(many_attributes(40), 40), kGumbo).scanner_used);
}

TEST_CASE("a page that fails an assertion of Gumbo's is refused") {
    check_refused(
        "<div><table><svg><for/>gnObject><select><<ivd<>tableH<svg><foreignObject><select><table>"
        "<s>table><s>");
    CHECK_FALSE(find_links("<a href=x>", kGumbo).scanner_used);
}

TEST_CASE("the size is bounded at 2 MiB") {
    check_refused("<p>" + std::string(kTreeBytesMax, 'x'));
    CHECK_FALSE(tree_links("<p>" + std::string(kTreeBytesMax / 2, 'x'), kGumbo).scanner_used);
}

TEST_CASE("work and memory that grow faster than the page are bounded") {
    std::string open;
    for (int i = 0; i < 190; ++i)
        open += "<b id=" + std::to_string(i) + ">";
    check_refused("<p>" + open + "</p>" + repeat("<p>x</p>", 100'000));
    check_refused(repeat("<span>", 390) + repeat("</x>", 400'000));
}

TEST_CASE("an arena too small for a page refuses it and is of no further use") {
    GuardedArena arena(10'000);
    const std::string page = repeat("<p>x</p>", 1'000);
    CHECK_EQ(arena.parse(page.data(), page.size()), nullptr);
    CHECK_LE(arena.bytes_used(), 10'000);
}

TEST_CASE("strings of the size of a node do not confuse the guard") {
    const std::string value(sizeof(GumboNode) - 1, 'x');
    const std::string text(sizeof(GumboAttribute) - 1, 'y');
    const std::string page =
        repeat("<p title='" + value + "'>" + text + "<a href=x>" + value + "</a></p>", 500);
    const PageLinks found = tree_links(page, kGumbo);
    CHECK_FALSE(found.scanner_used);
    CHECK_EQ(found.links.size(), 500);
}

TEST_CASE("a page is scanned through to its end") {
    const PageLinks found = scan_links(repeat("<div class='x'><a href=/y>", 50'000), {});
    CHECK_EQ(found.links.size(), 10'000);
    CHECK_EQ(found.links_dropped, 40'000);
}
