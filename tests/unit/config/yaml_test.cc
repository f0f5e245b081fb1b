#include "config/yaml.h"

#include <doctest/doctest.h>

using namespace crawld;

namespace {

std::string problems_of(std::string_view text) {
    Problems problems;
    parse_yaml(text, problems);
    std::string out;
    for (const Problem& problem : problems)
        out += std::to_string(problem.place.line) + ":" + std::to_string(problem.place.column) +
               ": " + problem.message + "\n";
    return out;
}

YamlNode parsed(std::string_view text) {
    Problems problems;
    const auto node = parse_yaml(text, problems);
    CHECK(problems.empty());
    REQUIRE(node.has_value());
    return *node;
}

}  // namespace

TEST_CASE("a tree with the place of every key and value") {
    const YamlNode root = parsed("a: 1\nb:\n  - x\n  - {c: 'y'}\n");
    REQUIRE_EQ(root.items.size(), 2);
    CHECK_EQ(root.items[0].key, "a");
    CHECK_EQ(root.items[0].text, "1");
    CHECK_EQ(root.items[0].place.column, 4);
    const YamlNode& list = root.items[1];
    CHECK_EQ(list.key_place.line, 2);
    REQUIRE_EQ(list.items.size(), 2);
    CHECK_EQ(list.items[0].place.line, 3);
    CHECK_EQ(list.items[0].place.column, 5);
    CHECK_EQ(list.items[1].items[0].key, "c");
    CHECK(list.items[1].items[0].is_text);
    CHECK_FALSE(list.items[0].is_text);
}

TEST_CASE("nothing, comments and an empty document are null") {
    for (const char* text : {"", "\n\n", "# nothing\n", "---\n", "~\n"})
        CHECK_EQ(parsed(text).kind, YamlNode::Kind::null);
}

TEST_CASE("what is not YAML is told with its place") {
    CHECK_EQ(problems_of("a: [1, 2\n"), "2:1: not YAML: end of sequence flow not found\n");
    CHECK_EQ(problems_of("a: \"\\q\"\n"), "1:7: not YAML: unknown escape character: q\n");
    CHECK_EQ(problems_of("a: b: c\n"), "1:5: not YAML: illegal map value\n");
    CHECK_EQ(problems_of("a: *nowhere\n").substr(0, 21), "1:4: not YAML: the re");
}

TEST_CASE("a tab in the indentation is named") {
    CHECK_EQ(problems_of("a:\n\tb: 1\n"),
             "2:1: a tab in the indentation; YAML allows only spaces there\n");
    CHECK_EQ(problems_of("a:\n  b: 1\n  \tc: 2\n"),
             "3:3: a tab in the indentation; YAML allows only spaces there\n");
}

TEST_CASE("a name given twice is an error, not a choice") {
    CHECK_EQ(problems_of("a: 1\nb: 2\na: 3\n"),
             "3:1: \"a\" is given twice; the first is in line 1\n");
    CHECK_EQ(problems_of("x: {a: 1, a: 1}\n"),
             "1:11: \"a\" is given twice; the first is in line 1\n");
}

TEST_CASE("a name is one word") {
    CHECK_EQ(problems_of("? [a, b]\n: 1\n"), "1:3: a name is expected before the colon\n");
}

TEST_CASE("one document a file") {
    CHECK_EQ(problems_of("a: 1\n---\nb: 2\n"),
             "2:1: a second document begins; the file must hold one\n");
}

TEST_CASE("a comma where a document begins is no endless row of documents") {
    CHECK_EQ(problems_of("#\n,"), "2:1: a second document begins; the file must hold one\n");
}

TEST_CASE("aliases that blow up are refused in bounded time") {
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i <= 9; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int n = 0; n < 10; ++n)
            text += (n > 0 ? ", " : "") + before;
        text += "]\n";
    }
    CHECK_NE(problems_of(text).find("too deep or too large"), std::string::npos);
}

TEST_CASE("deep nesting is refused") {
    const std::string text = "a: " + std::string(40, '[') + std::string(40, ']');
    CHECK_NE(problems_of(text).find("too deep or too large"), std::string::npos);
}

TEST_CASE("flow text means itself when it is read again") {
    for (const char* text : {"plain",     "https://example.org/a?b=c",
                             "",          "true",
                             "No",        "12",
                             "1.5",       "0x1f",
                             "null",      "~",
                             "a, b",      "[x]",
                             "{x: y}",    "a: b",
                             "a #b",      " a ",
                             "*a",        "&a",
                             "!a",        "- a",
                             "'a'",       "\"a\"",
                             "a\\b",      "tab\there",
                             "new\nline", "b\u00fccher",
                             "5/1s",      "10s",
                             "::1",       "@a",
                             "a:",        "%x",
                             ".",         "=",
                             "?a",        "\x01",
                             "\x7f",      "1e5",
                             "1_000"}) {
        CAPTURE(text);
        const YamlNode again = parsed("[" + to_flow(scalar_node(text, true)) + "]");
        REQUIRE_EQ(again.items.size(), 1);
        CHECK_EQ(again.items[0].text, text);
        CHECK_EQ(again.items[0].kind, YamlNode::Kind::scalar);
    }
    CHECK_EQ(to_flow(parsed("a: [1/1s, 60/5m]\nb: {c: 'true', d: true, e: }")),
             "{a: [1/1s, 60/5m], b: {c: \"true\", d: true, e: null}}");
}
