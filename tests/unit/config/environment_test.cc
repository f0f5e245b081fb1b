#include "config/environment.h"

#include <doctest/doctest.h>

#include "unit/config/config_text.h"

using namespace crawld;

namespace {

std::string expanded(const std::string& text, Problems& problems) {
    YamlNode node = scalar_node(text, true);
    expand_environment(node, test_environment, problems);
    return node.text;
}

}  // namespace

TEST_CASE("${NAME} is the variable, $${ the characters themselves") {
    Problems problems;
    CHECK_EQ(expanded("${CONTACT}", problems), "crawler@example.org");
    CHECK_EQ(expanded("mailto:${CONTACT}?${RETRIES}", problems), "mailto:crawler@example.org?7");
    CHECK_EQ(expanded("[${EMPTY}]", problems), "[]");
    CHECK_EQ(expanded("a$b $5 $$ {x}", problems), "a$b $5 $$ {x}");
    CHECK_EQ(expanded("$${CONTACT} $${${RETRIES}", problems), "${CONTACT} ${7");
    CHECK(problems.empty());
}

TEST_CASE("a variable that is not set is an error, not an empty text") {
    CHECK_EQ(errors_of("version: 1\nidentity:\n  contact: ${NOT_SET}\n"),
             "crawld.yaml:3:12: the environment variable NOT_SET is not set\n");
}

TEST_CASE("half a ${ is an error") {
    for (const char* text : {"${", "${}", "${A", "${A-B}", "${ A}"}) {
        Problems problems;
        expanded(text, problems);
        REQUIRE_EQ(problems.size(), 1);
        CHECK_EQ(problems[0].message,
                 "${ begins the name of an environment variable, as in ${NAME}; write $${ for the "
                 "characters themselves");
    }
}

TEST_CASE("values of every kind may come from the environment, names may not") {
    CHECK_EQ(loaded_after("fetch: {retries: \"${RETRIES}\"}\n").config.fetch.retries, 7);
    CHECK_EQ(loaded_after("crawl: {seeds: [\"https://${RETRIES}.example/\"]}\n")
                 .config.crawl.seeds[0]
                 .url,
             "https://7.example/");
    CHECK_EQ(errors_after("fetch: {\"${RETRIES}\": 1}\n").substr(0, 45),
             "crawld.yaml:3:9: fetch.${RETRIES}: unknown op");
}
