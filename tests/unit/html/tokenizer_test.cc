#include "html/tokenizer.h"

#include <doctest/doctest.h>

#include <string>

#include "html/scanner.h"

using namespace crawld;

namespace {

// "a[href=x,b] /p" for "<a href=x b></p>"; raw content is skipped as in a page.
std::string tags_of(std::string_view text, bool cdata = false) {
    Tokenizer tokens(text);
    tokens.allow_cdata(cdata);
    std::string out;
    TagToken token;
    while (tokens.next(token)) {
        std::string attributes;
        const bool whole = tokens.attributes([&](std::string_view name, std::string_view value) {
            attributes += (attributes.empty() ? "[" : ",") + std::string(name);
            if (value.data() != nullptr) attributes += "=" + std::string(value);
        });
        if (!whole) break;
        if (!out.empty()) out += ' ';
        out += (token.end ? "/" : "") + std::string(token.name) + attributes +
               (attributes.empty() ? "" : "]") + (tokens.self_closing() ? "!" : "");
        if (token.end) continue;
        if (token.tag == GUMBO_TAG_SCRIPT)
            tokens.skip_script();
        else if ((tag_traits(token.tag) & kTagRawText) != 0)
            tokens.skip_raw_text(token.name);
    }
    return out;
}

}  // namespace

TEST_CASE("tags and attributes in all their spellings") {
    CHECK_EQ(tags_of("<a href=x b>t</A\n>"), "a[href=x,b] /A");
    CHECK_EQ(tags_of("<a b = 'x>y' c=\"'\" d=e\"f>"), "a[b=x>y,c=',d=e\"f]");
    CHECK_EQ(tags_of("<a =b=c>"), "a[=b=c]");
    CHECK_EQ(tags_of("<a b=>x<c>"), "a[b=] c");
    CHECK_EQ(tags_of("<a/b/c=d/ e>"), "a[b,c=d/,e]");
    CHECK_EQ(tags_of("<a a=\"b\"c='d'e>"), "a[a=b,c=d,e]");
}

TEST_CASE("a solidus closes a tag only directly before its '>'") {
    CHECK_EQ(tags_of("<a/><b />"), "a! b!");
    CHECK_EQ(tags_of("<a b=c/><a / ><a b='c'/>"), "a[b=c/] a a[b=c]!");
}

TEST_CASE("what looks like a tag but is not") {
    CHECK_EQ(tags_of("1 < 2 <3> < b><>< a></><//><a>"), "a");
    CHECK_EQ(tags_of("</ a><b></3 c><? d><e>"), "b e");
    CHECK_EQ(tags_of("<!doctype html \"<a>\"><b>"), "b");
    CHECK_EQ(tags_of("<!x><!><a>"), "a");
}

TEST_CASE("a tag that the text ends in does not count") {
    for (std::string_view text :
         {"<", "</", "<a", "<a b", "<a b=", "<a b='c>", "<a b=c", "<a /", "</a", "<!", "<!-"})
        CHECK_EQ(tags_of(text), "");
}

TEST_CASE("comments end in every form of the standard") {
    CHECK_EQ(tags_of("<!-- <a> --><b>"), "b");
    CHECK_EQ(tags_of("<!--><b>"), "b");
    CHECK_EQ(tags_of("<!---><b>"), "b");
    CHECK_EQ(tags_of("<!--<a>--!><b>"), "b");
    CHECK_EQ(tags_of("<!----!><b>"), "b");
    CHECK_EQ(tags_of("<!--!><b>--><c>"), "c");
    CHECK_EQ(tags_of("<!---!><b>--><c>"), "c");
    CHECK_EQ(tags_of("<!-- - -> <a> -- > <b> ---><c>"), "c");
    CHECK_EQ(tags_of("<!-- <!-- <a> --><b>"), "b");
    CHECK_EQ(tags_of("<!-- <a>"), "");
}

TEST_CASE("CDATA sections exist in foreign content only") {
    CHECK_EQ(tags_of("<![CDATA[ > <a> ]]><b>", true), "b");
    CHECK_EQ(tags_of("<![CDATA[ > <a> ]]><b>", false), "a b");
    CHECK_EQ(tags_of("<![CDATA[ <a>", true), "");
}

TEST_CASE("raw text ends at its own end tag") {
    CHECK_EQ(tags_of("<title><a></titlex></title ><b>"), "title b");
    CHECK_EQ(tags_of("<style></ style></STYLE/><b>"), "style b");
    CHECK_EQ(tags_of("<textarea><a>"), "textarea");
    CHECK_EQ(tags_of("<title></title"), "title");
    CHECK_EQ(tags_of("<title></title a='>'><b>"), "title b");
}

TEST_CASE("scripts may hide an end tag in a comment") {
    CHECK_EQ(tags_of("<script>'<a>'</script><b>"), "script b");
    CHECK_EQ(tags_of("<script><!-- <a> </script><b>"), "script b");
    CHECK_EQ(tags_of("<script><!-- <script> </script><a> </script><b>"), "script b");
    CHECK_EQ(tags_of("<script><!-- <script> --></script><b>"), "script b");
    CHECK_EQ(tags_of("<script><!--><script></script><b>"), "script b");
    CHECK_EQ(tags_of("<script><!-- <scripty> </script><b>"), "script b");
    CHECK_EQ(tags_of("<script><!-- <script> <a> --> </script><b>"), "script b");
    CHECK_EQ(tags_of("<script><!-- <script> </script> <a>"), "script");
}
