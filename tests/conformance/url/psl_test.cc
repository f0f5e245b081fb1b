// The checks of publicsuffix.org, in both of the forms in which it publishes them.
#include <doctest/doctest.h>

#include "base/text.h"
#include "support/suite.h"
#include "support/testdata.h"
#include "url/suffixes.h"
#include "url/url.h"

using namespace crawld;
using namespace crawld::test;

namespace {

struct PslCase {
    std::string host;
    std::string domain;  // "null": the host has no registrable domain
};

// tests.txt: "host domain" a line.
std::vector<PslCase> plain_cases(std::string_view text) {
    std::vector<PslCase> cases;
    for (const std::string_view line : split(text, '\n')) {
        const std::vector<std::string_view> words = split(trim(line), ' ');
        if (words.size() == 2 && !line.starts_with("//"))
            cases.push_back({std::string(words[0]), std::string(words[1])});
    }
    return cases;
}

// test_psl.txt: "checkPublicSuffix('host', 'domain');" a line.
std::vector<PslCase> script_cases(std::string_view text) {
    std::vector<PslCase> cases;
    for (std::string_view line : split(text, '\n')) {
        if (!line.starts_with("checkPublicSuffix(")) continue;
        line = line.substr(line.find('(') + 1);
        const std::vector<std::string_view> arguments = split(line.substr(0, line.find(')')), ',');
        REQUIRE(arguments.size() == 2);
        const auto unquoted = [](std::string_view argument) {
            argument = trim(argument);
            return std::string(argument.starts_with('\'') ? argument.substr(1, argument.size() - 2)
                                                          : argument);
        };
        cases.push_back({unquoted(arguments[0]), unquoted(arguments[1])});
    }
    return cases;
}

// Hosts reach Suffixes as they are in canonical URLs: lower case, IDNs in Punycode.
std::string canonical_host(const std::string& host) {
    const auto url = CanonicalUrl::parse("http://" + host + "/");
    REQUIRE(url);
    return std::string(url->host());
}

void check_cases(Suite& suite, const std::vector<PslCase>& cases) {
    const Suffixes suffixes;
    for (const PslCase& test : cases) {
        if (test.host == "null") continue;
        CAPTURE(test.host);
        const std::string host = canonical_host(test.host);
        const std::string expected = test.domain == "null" ? host : canonical_host(test.domain);
        const std::string_view ours = suffixes.registrable_domain(host);
        CHECK(ours == expected);
        suite.add(ours == expected);
    }
    CHECK(suite.cases() > 70);
}

}  // namespace

TEST_CASE("registrable domains of psl/tests.txt") {
    Suite suite("psl/tests.txt");
    if (const auto text = read_testdata("psl/tests.txt", &suite))
        check_cases(suite, plain_cases(*text));
}

TEST_CASE("registrable domains of psl/test_psl.txt") {
    Suite suite("psl/test_psl.txt");
    if (const auto text = read_testdata("psl/test_psl.txt", &suite))
        check_cases(suite, script_cases(*text));
}
