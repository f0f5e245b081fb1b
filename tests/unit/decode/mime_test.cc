#include "decode/mime.h"

#include <doctest/doctest.h>

#include "decode/decode.h"

using namespace crawld;

TEST_CASE("the essence is in lower case and without parameters") {
    CHECK_EQ(mime_essence(" Text/HTML ; charset=utf-8"), "text/html");
    CHECK_EQ(mime_essence("application/xhtml+xml"), "application/xhtml+xml");
    for (std::string_view bad :
         {"", "html", "text/", "/html", "te xt/html", "text/ht(ml", "text /html"})
        CHECK_EQ(mime_essence(bad), "");
}

TEST_CASE("parameters: first of a name, quotes and escapes undone, broken ones dropped") {
    const auto type = parse_mime("a/b;X=1;x=2;y=\"q;\\\"z\" junk;=3;w=;v=\"\";u");
    REQUIRE(type.has_value());
    CHECK_EQ(type->parameter("x").value_or("-"), "1");
    CHECK_EQ(type->parameter("y").value_or("-"), "q;\"z");
    CHECK_EQ(type->parameter("v").value_or("-"), "");
    CHECK_FALSE(type->parameter("w").has_value());
    CHECK_FALSE(type->parameter("u").has_value());
    CHECK_EQ(to_string(*type), "a/b;x=1;y=\"q;\\\"z\";v=\"\"");
}

TEST_CASE("of several headers the last that is a type counts") {
    struct Case {
        std::string_view headers, type;
    };
    constexpr Case kCases[] = {
        {"text/css, text/html", "text/html"},
        {"text/html,", "text/html"},
        {", text/html, nonsense, */*;charset=gbk", "text/html"},
        {"text/html;charset=gbk, text/html", "text/html;charset=gbk"},
        {"text/html;charset=gbk, text/html;charset=koi8-r;a=1", "text/html;charset=koi8-r;a=1"},
        {"text/html;charset=gbk, text/css, text/html", "text/html"},
        // Without a charset it is that of the first of its equals, not of the last.
        {"text/html;charset=gbk, text/html;charset=koi8-r, text/html", "text/html;charset=gbk"},
        {"text/html, text/html;charset=koi8-r, text/html", "text/html"},
        {"text/html;charset=gbk, text/html, text/html", "text/html;charset=gbk"},
        {"text/css;charset=gbk, text/html;charset=koi8-r, text/html", "text/html;charset=koi8-r"},
        {"text/html;charset=gbk, text/css, text/html;charset=koi8-r, text/html",
         "text/html;charset=koi8-r"},
        {"text/html;charset=gbk, */*, text/html", "text/html;charset=gbk"},
        {"text/html;a=\"b,c\", text/css;d=\"\\\",\"", "text/css;d=\"\\\",\""},
        {"text/html;a=\", text/css", "text/html;a=\", text/css\""},
        {"text/html;\", text/css", "text/html"},
    };
    for (const auto& [headers, type] : kCases) {
        const std::string_view text = headers;
        CAPTURE(text);
        const auto found = extract_mime(headers);
        REQUIRE(found.has_value());
        CHECK_EQ(to_string(*found), type);
    }
    CHECK_FALSE(extract_mime("*/*").has_value());
    CHECK_FALSE(extract_mime(",,").has_value());
    CHECK_EQ(to_utf8("\xc4\xe3", "text/html;charset=gbk, text/html").charset, "gbk");
}

TEST_CASE("very many parameters take no quadratic time") {
    std::string text = "a/b";
    for (int i = 0; i < 200'000; ++i)
        text += ";p" + std::to_string(i) + "=x";
    const auto type = parse_mime(text);
    REQUIRE(type.has_value());
    CHECK_EQ(type->parameters.size(), 200'000);
}
