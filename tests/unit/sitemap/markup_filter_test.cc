// What of markup passes.
#include <doctest/doctest.h>

#include <string>

#include "sitemap/markup_filter.h"

using namespace crawld;

namespace {

std::string passed(std::string_view text, size_t piece = SIZE_MAX) {
    MarkupFilter filter;
    std::string out;
    std::string waiting;
    while (!filter.has_doctype()) {
        waiting += text.substr(0, piece);
        text.remove_prefix(std::min(piece, text.size()));
        std::string_view rest = waiting;
        out += filter.pass(rest, text.empty());
        waiting.erase(0, waiting.size() - rest.size());
        CHECK_LT(waiting.size(), MarkupFilter::kLookahead + 1);
        if (text.empty()) break;
    }
    return filter.has_doctype() ? out + "|doctype " + filter.doctype() : out;
}

}  // namespace

TEST_CASE("comments, instructions and declarations are left out, their line ends are kept") {
    CHECK_EQ(passed("<?xml version='1.0'\n?>\n<a><!-- & \n<b> -- --->x<?php echo '&' ?></a>"),
             "\n\n<a>\nx</a>");
    CHECK_EQ(passed("<a>x<!-- <![CDATA[ -->&b<!-->"), "<a>x&amp;b");
}

TEST_CASE("CDATA passes as it is") {
    CHECK_EQ(passed("<a><![CDATA[ & <!-- ]] > <!DOCTYPE ]]>&</a>"),
             "<a><![CDATA[ & <!-- ]] > <!DOCTYPE ]]>&amp;</a>");
}

TEST_CASE("references that XML knows pass, others become text") {
    CHECK_EQ(passed("&amp;&lt;&gt;&quot;&apos;&#10;&#x1F600;&#x10FFFF;"),
             "&amp;&lt;&gt;&quot;&apos;&#10;&#x1F600;&#x10FFFF;");
    CHECK_EQ(passed("&AMP;&#;&#x;&#1;&#x110000;&#-1;&#xG;&#99999999999999999999;&lt"),
             "&amp;AMP;&amp;#;&amp;#x;&amp;#1;&amp;#x110000;&amp;#-1;&amp;#xG;"
             "&amp;#99999999999999999999;&amp;lt");
    CHECK_EQ(passed("<a b='?c&d=&amp;'/>"), "<a b='?c&amp;d=&amp;'/>");
}

TEST_CASE("nothing from a document type on passes") {
    CHECK_EQ(passed("<?xml?><!DOCTYPE html><a/>"), "|doctype html");
    CHECK_EQ(passed("<a/><!DoCtYpE\n x[<!ENTITY b 'c'>]>"), "<a/>|doctype x");
    CHECK_EQ(passed("<!DOCTYPE"), "|doctype ");
}

TEST_CASE("the same passes in pieces of any size") {
    const std::string text =
        "<?xml?><a>&amp;&b<!-- - -- > --><![CDATA[ ]] ]>& ]]><?x ? > ?>&#x41;&#x;</a>" +
        std::string(100, 'x') + "&lt;<!--" + std::string(100, '-') + "><!DOCTYPE z []>";
    const std::string expected = passed(text);
    CHECK_EQ(expected, "<a>&amp;&amp;b<![CDATA[ ]] ]>& ]]>&#x41;&amp;#x;</a>" +
                           std::string(100, 'x') + "&lt;|doctype z");
    for (size_t piece = 1; piece < text.size(); ++piece)
        CHECK_EQ(passed(text, piece), expected);
}
