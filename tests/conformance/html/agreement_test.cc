// The scanner must find what Gumbo's tree has: the same set of links, base and directives, in every
// page. Gumbo knows nothing of the scanner, so what both say is what the page says.
#include <doctest/doctest.h>

#include "base/prng.h"
#include "base/text.h"
#include "conformance/html/corpora.h"
#include "html/links.h"
#include "support/page_links_text.h"
#include "support/suite.h"
#include "support/testdata.h"

using namespace crawld;
using namespace crawld::test;
namespace fs = std::filesystem;

namespace {

const fs::path kTestdata = CRAWLD_TESTDATA;

const LinkQuery kQuery = {
    .options = {.parser = HtmlParser::gumbo, .embeds = true, .links_max = 1'000'000},
    .product = "crawld"};

// As on a page of any size: nothing that can be compared is left out.
PageLinks whole_tree_links(const std::string& page) {
    return tree_links(page, kQuery, SIZE_MAX);
}

enum class Quiet : uint8_t { no, yes };

// Whether both find the same; said where they do not. Nothing to compare with is no agreement.
bool agree(const std::string& page, const std::string& name, Quiet quiet = Quiet::no) {
    const PageLinks tree = whole_tree_links(page);
    const std::string found = describe(scan_links(page, kQuery));
    const std::string expected = tree.scanner_used ? "refused by the guard" : describe(tree);
    if (expected == found) return true;
    if (quiet == Quiet::yes) return false;
    const bool small = page.size() < 2000;
    MESSAGE(name, small ? "\n" + page : "", "\n--- tree\n", small ? expected : "", "--- scanner\n",
            small ? found : "");
    return false;
}

void compare(const std::string& page, const std::string& name, Suite& suite) {
    suite.add(agree(page, name));
}

// Today's standard lets </p> and </br> leave svg and math, and so does the scanner; Gumbo knows an
// older one, where they do so only if a <p> is open.
bool gumbo_is_outdated(std::string_view page) {
    for (std::string_view start : {"<svg></p>", "<svg></br>", "<math></p>", "<math></br>"})
        if (page.starts_with(start)) return true;
    return false;
}

struct Input {
    std::string file;
    std::string text;
};
std::vector<Input> html5lib_inputs() {
    std::vector<Input> all;
    const fs::path root = kTestdata / "html/html5lib/tree-construction";
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        if (entry.path().extension() != ".dat") continue;
        const auto inputs = corpora::html5lib_inputs(entry.path());
        CHECK_FALSE(inputs.empty());
        for (size_t i = 0; i < inputs.size(); ++i)
            all.push_back({entry.path().filename().string() + " " + std::to_string(i), inputs[i]});
    }
    return all;
}

// Tags and links of the soup, between bars: all that broken markup is made of, but </p> and </br>,
// see gumbo_is_outdated().
constexpr std::string_view kSoupTags =
    "<div>|</div>|<p>|<a>|</a>|<b>|</b>|<span>|</span>|<ul>|<li>|</li>|</ul>|<br>|<form>|</form>|"
    "<button>|</button>|<font color=x>|<font>|</font>|<table>|</table>|<tr>|</tr>|<td>|</td>|<th>|"
    "<caption>|</caption>|<col>|<colgroup>|</colgroup>|<thead>|<tbody>|</tbody>|<select>|"
    "</select>|<optgroup>|<option>|</option>|<input>|<input type=hidden>|<keygen>|<textarea>|"
    "</textarea>|<template>|</template>|<script>|</script>|<style>|</style>|<title>|</title>|"
    "<noscript>|</noscript>|<iframe>|</iframe>|<svg>|</svg>|<svg/>|<g>|</g>|<path/>|<math>|"
    "</math>|<foreignObject>|</foreignObject>|<mi>|</mi>|<mtext>|<mglyph>|<annotation-xml>|"
    "<annotation-xml encoding=text/html>|</annotation-xml>|<desc>|</desc>|<frameset>|</frameset>|"
    "<noframes>|</noframes>|<html>|</html>|<head>|</head>|<body>|</body>|<h1>|</h1>|<h2>|</h2>|"
    "<dl>|<dt>|<dd>|</dl>|<nobr>|<i>|</i>|<marquee>|</marquee>|<object>|<ruby>|<rt>|<image>|"
    "<xmp>|</xmp>|<pre>|<address>|</address>|<hr>|<x-y>|</x-y>|<foo>|</foo>|"
    "<meta name=robots content=none>|<!doctype html>|<!--|-->|<![CDATA[|]]>|x| ";
constexpr std::string_view kSoupLinks =
    "<a href=|<area href=|<link rel=next href=|<frame src=|<img src=|<base href=";

}  // namespace

TEST_CASE("scanner and tree agree on every page of the installed documentation") {
    for (const corpora::Corpus& corpus : corpora::kInstalled) {
        Suite suite("scanner = Gumbo, " + std::string(corpus.package));
        const auto files = corpora::html_files(corpus);
        if (files.empty()) suite.skip("the package is not installed");
        for (const fs::path& file : files) {
            const std::string page = corpora::read_page(file);
            compare(page, file.string(), suite);
            CHECK_MESSAGE(!scan_links(page, kQuery).guessed, file);
        }
        CHECK_EQ(suite.failed(), 0);
    }
}

TEST_CASE("scanner and tree agree on the inputs of html5lib's tree tests") {
    Suite suite("html5lib trees, links");
    if (lacks_testdata("html/html5lib/tree-construction", &suite)) return;
    for (const auto& [file, input] : html5lib_inputs())
        compare(input, file, suite);
    CHECK_GT(suite.cases(), 1700);
    CHECK_EQ(suite.failed(), 0);
}

// Few of those inputs have links. So each is tried again with a link put behind every '>' in turn:
// whether that one counts tells where the parser is at that point.
TEST_CASE("scanner and tree agree on a link anywhere in the inputs of html5lib") {
    Suite suite("html5lib trees, a link anywhere");
    if (lacks_testdata("html/html5lib/tree-construction", &suite)) return;
    for (const auto& [file, input] : html5lib_inputs()) {
        for (size_t at = input.find('>'); at != std::string::npos; at = input.find('>', at + 1)) {
            for (std::string_view probe : {"<a href=x>", "<area href=x>", "<link rel=next href=x>",
                                           "<frame src=x>", "<iframe src=x></iframe>"}) {
                std::string probed = input;
                probed.insert(at + 1, probe);
                const bool outdated = gumbo_is_outdated(input);
                const bool same = agree(probed, file, outdated ? Quiet::yes : Quiet::no);
                if (outdated && !same)
                    suite.add_difference(probed,
                                         "</p> and </br> leave svg and math in today's "
                                         "standard; Gumbo knows an older one");
                else
                    suite.add(same);
            }
        }
    }
    CHECK_GT(suite.cases(), 36'000);
    CHECK_EQ(suite.failed(), 0);
}

TEST_CASE("scanner and tree agree on the link extraction samples") {
    Suite suite("html/links samples");
    if (lacks_testdata("html/links", &suite)) return;
    for (const auto& entry : fs::directory_iterator(kTestdata / "html/links"))
        if (entry.path().extension() == ".html")
            compare(corpora::read_page(entry.path()), entry.path().string(), suite);
    CHECK_GE(suite.cases(), 4);
    CHECK_EQ(suite.failed(), 0);
}

// Pages of random tags, to find what nobody thought of. Without the stack of all open elements the
// scanner has to guess now and then, in pages that nobody writes; then it says so.
TEST_CASE("scanner and tree agree on random soup, or the scanner says that it guessed") {
    Suite suite("scanner = Gumbo, random tags");
    const std::vector<std::string_view> tags = split(kSoupTags, '|');
    const std::vector<std::string_view> links = split(kSoupLinks, '|');
    Prng prng(20);
    constexpr int kPages = 100'000;
    int guessed = 0;
    for (int page = 0; page < kPages; ++page) {
        std::string text;
        for (uint64_t i = 0, size = 1 + prng.below(page % 10 == 0 ? 30 : 8); i < size; ++i) {
            text += tags[prng.below(tags.size())];
            if (prng.below(2) == 0) continue;
            text += std::string(links[prng.below(links.size())]) + std::to_string(i) + ">";
        }
        if (scan_links(text, kQuery).guessed)
            ++guessed;
        else
            compare(text, "soup", suite);
    }
    MESSAGE(guessed, " of ", kPages, " random pages made the scanner guess");
    CHECK_LT(guessed, kPages / 20);
    CHECK_EQ(suite.failed(), 0);
}
