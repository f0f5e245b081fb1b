// Decisions against the slow matcher of slow_rules.h: every short pattern alone, and many random
// rules together.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/prng.h"
#include "conformance/robots/slow_rules.h"
#include "robots/robots.h"

using namespace crawld;

namespace {

// Every pattern behind a '/', as the only rule, against every path.
uint64_t compare_all(const std::vector<std::string>& patterns,
                     const std::vector<std::string>& paths) {
    uint64_t compared = 0;
    for (const std::string& tail : patterns) {
        const std::string pattern = "/" + tail;
        const auto rules = RobotsRules::parse("User-agent: *\nDisallow: " + pattern, "crawld");
        for (const std::string& path_tail : paths) {
            const std::string path = "/" + path_tail;
            if (rules.decide(path).allowed == slow::matches(pattern, path))
                FAIL(pattern << " on " << path);
            ++compared;
        }
    }
    return compared;
}

using Symbols = std::vector<std::string_view>;

std::string random_word(Prng& prng, const Symbols& symbols, uint64_t size) {
    std::string word;
    for (; size > 0; --size)
        word += symbols[prng.below(symbols.size())];
    return word;
}

// One file of random rules over few letters, so that they overlap, against random paths.
void compare_file(uint64_t seed, const Symbols& in_rules, const Symbols& in_paths) {
    Prng prng(seed);
    const uint64_t size_max = 1 + prng.below(seed % 2 == 0 ? 6 : 40);
    std::vector<slow::Rule> rules;
    std::string body = "User-agent: *\n";
    for (uint64_t n = 1 + prng.below(seed % 3 == 0 ? 300 : 12); n > 0; --n) {
        slow::Rule rule{.pattern = (prng.below(8) == 0 ? "*" : "/") +
                                   random_word(prng, in_rules, prng.below(size_max)),
                        .allow = prng.below(2) == 0};
        body += (rule.allow ? "Allow: " : "Disallow: ") + rule.pattern + "\n";
        rules.push_back(std::move(rule));
    }
    const auto parsed = RobotsRules::parse(body, "crawld");
    REQUIRE_EQ(parsed.rule_count(), rules.size());
    for (int i = 0; i < 10; ++i) {
        const std::string path = "/" + random_word(prng, in_paths, prng.below(2 * size_max));
        const RobotsDecision decision = parsed.decide(path);
        if (decision.allowed != slow::allowed(rules, path))
            FAIL("seed " << seed << ": " << path << " by\n" << body);
        if (decision.line == 0) continue;
        const slow::Rule& named = rules[static_cast<size_t>(decision.line) - 2];
        REQUIRE_EQ(named.allow, decision.allowed);
        REQUIRE(slow::matches(named.pattern, path));
    }
}

}  // namespace

TEST_CASE("every pattern of up to 5 symbols") {
    const uint64_t compared =
        compare_all(slow::words({"a", "b", "/", "*", "$"}, 5), slow::words({"a", "b", "/"}, 5));
    CHECK_GT(compared, 1'000'000);
}

TEST_CASE("every pattern of up to 4 symbols with plain and escaped separators") {
    const uint64_t compared = compare_all(slow::words({"a", "/", "?", "%2F", "%3f", "*"}, 4),
                                          slow::words({"a", "/", "?", "%2f", "%3F"}, 4));
    CHECK_GT(compared, 1'000'000);
}

TEST_CASE("every pattern of up to 4 symbols with special characters meant as data") {
    const uint64_t compared = compare_all(slow::words({"a", "*", "$", "%2A", "%24", "%61"}, 4),
                                          slow::words({"a", "*", "$", "%2a", "%24"}, 4));
    CHECK_GT(compared, 1'000'000);
}

TEST_CASE("random files: the strongest rule that matches decides") {
    for (uint64_t seed = 0; seed < 6'000; ++seed)
        compare_file(seed, {"a", "a", "b", "/", "*", "$"}, {"a", "a", "a", "b", "/", "$"});
}

TEST_CASE(
    "random files with plain and escaped separators: the strongest rule that matches decides") {
    for (uint64_t seed = 0; seed < 6'000; ++seed)
        compare_file(seed, {"a", "b", "/", "*", "*", "%2F", "%3F"},
                     {"a", "a", "b", "/", "?", "%2F", "%2f", "%3F"});
}
