#include "decode/mime.h"

#include <doctest/doctest.h>

#include "decode/decode.h"

using namespace crawld;

TEST_CASE("the essence is in lower case and without parameters") {
    CHECK_EQ(mime_essence(" Text/HTML ; charset=utf-8"), "text/html");
    CHECK_EQ(mime_essence("application/xhtml+xml"), "application/xhtml+xml");
    for (std::string_view bad :
         {"", "html", "text/", "/html", "te xt/html", "text/ht,ml", "text /html"})
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

TEST_CASE("very many parameters take no quadratic time") {
    std::string text = "a/b";
    for (int i = 0; i < 200'000; ++i)
        text += ";p" + std::to_string(i) + "=x";
    const auto type = parse_mime(text);
    REQUIRE(type.has_value());
    CHECK_EQ(type->parameters.size(), 200'000);
}
