#include "html/header_links.h"

#include <doctest/doctest.h>

#include "base/fields.h"

using namespace crawld;

namespace {

std::string links(std::string_view value, const HtmlOptions& options = {}) {
    PageLinks found;
    add_link_header(value, options, found);
    std::string out;
    for (const PageLink& link : found.links)
        out +=
            std::string(to_string(link.kind)) + (link.nofollow ? "!" : "") + "[" + link.href + "]";
    return out;
}

std::string refresh(std::string_view value) {
    PageLinks found;
    add_refresh_header(value, found);
    return found.links.empty() ? "none" : found.links.front().href;
}

}  // namespace

TEST_CASE("Link header: the relations that are followed") {
    CHECK_EQ(links("</a>; rel=canonical"), "canonical[/a]");
    CHECK_EQ(links("<https://example.com/?page=2>; rel=\"next\""),
             "next[https://example.com/?page=2]");
    CHECK_EQ(links("</de>; rel=\"alternate\"; hreflang=de"), "alternate[/de]");
    CHECK_EQ(links("</1>; REL=Prev"), "prev[/1]");
    CHECK_EQ(links("</1>; rel=\"start prev nofollow\""), "prev![/1]");
    CHECK_EQ(links("</1>; rel=license"), "");
    CHECK_EQ(links("</1>"), "");
    CHECK_EQ(links("<>; rel=next"), "");
}

TEST_CASE("Link header: an alternate has its languages") {
    const auto languages = [](std::string_view value) {
        PageLinks found;
        add_link_header(value, {}, found);
        std::string out;
        for (const LinkLanguage& language : found.languages)
            out += found.links.at(language.link).href + "[" + language.tag + "]";
        return out;
    };
    CHECK_EQ(languages("</de>; rel=alternate; hreflang=de, </x>; rel=alternate"), "/de[de]");
    CHECK_EQ(languages("</x>; HREFLANG=\"de\"; hreflang=fr; rel=\"alternate\""), "/x[de,fr]");
    CHECK_EQ(languages("</x>; rel=next; hreflang=de"), "");
    CHECK_EQ(languages("</x>; rel=alternate; hreflang=\"de fr\"; hreflang"), "");
    std::string many = "</x>; rel=alternate";
    for (int i = 0; i < 1'000; ++i)
        many += "; hreflang=de";
    CHECK_LE(languages(many).size(), 134);
}

TEST_CASE("Link header: several links in one value") {
    CHECK_EQ(links("</a>; rel=prev,</c>;rel=next"), "prev[/a]next[/c]");
    CHECK_EQ(links(" , </a,b;c>; title=\"x, </no>; rel=next\"; rel=prev ,, <d>;rel=next"),
             "prev[/a,b;c]next[d]");
}

TEST_CASE("Link header: the first rel counts, and an anchor names another context") {
    CHECK_EQ(links("</a>; rel=next; rel=prev"), "next[/a]");
    CHECK_EQ(links("</a>; rel=next; anchor=\"#foo\""), "");
}

TEST_CASE("Link header: quotes, escapes, blanks") {
    CHECK_EQ(links("< /a > ; rel = \"ne\\xt\" ; x"), "next[/a]");
    CHECK_EQ(links("</a>;title=\"\\\"\";rel=next"), "next[/a]");
}

TEST_CASE("Link header: embeds only if they are asked for") {
    CHECK_EQ(links("</s.css>; rel=stylesheet"), "");
    HtmlOptions options;
    options.embeds = true;
    CHECK_EQ(links("</s.css>; rel=stylesheet", options), "embed[/s.css]");
}

TEST_CASE("Link header: what cannot be read is passed over") {
    CHECK_EQ(links("/a; rel=next, </b>; rel=next"), "next[/b]");
    CHECK_EQ(links("</a"), "");
    CHECK_EQ(links("</a; rel=next"), "");
    CHECK_EQ(links("</a>; rel=\"next"), "next[/a]");
    CHECK_EQ(links("</a> junk; rel=next, </b>; rel=prev"), "prev[/b]");
    CHECK_EQ(links(std::string(100'000, '<')), "");
    CHECK_EQ(links(std::string(100'000, ';')), "");
    CHECK_EQ(links("x=\"a, </a>; rel=next; t=\", </b>; rel=prev"), "prev[/b]");
    CHECK_EQ(links("</a>; rel=next; t=\"\" \"x, </b>; rel=canonical; t=\", </c>; rel=prev"),
             "next[/a]prev[/c]");
    CHECK_EQ(links("x <a, </b>; rel=next>, </c>; rel=prev"), "prev[/c]");
    CHECK_EQ(links("x <a,b> y, </c>; rel=prev"), "prev[/c]");
    CHECK_EQ(links("x <a, \"b"), "");
}

TEST_CASE("Link header: no more than html.links_max") {
    HtmlOptions options;
    options.links_max = 2;
    CHECK_EQ(links("</1>;rel=next,</2>;rel=next,</3>;rel=next", options), "next[/1]next[/2]");
}

TEST_CASE("Refresh header") {
    CHECK_EQ(refresh("0; url=/x"), "/x");
    CHECK_EQ(refresh("5"), "none");
    CHECK_EQ(refresh("soon"), "none");
}
