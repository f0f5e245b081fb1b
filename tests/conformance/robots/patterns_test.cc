// Every pattern of up to 5 symbols over {a, b, /, *, $} against every path of up to 5 over {a, b,
// /}, compared with a matcher that is slow and obvious.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "robots/robots.h"

using namespace crawld;

namespace {

bool obvious(std::string_view pattern, std::string_view path) {
    if (pattern.empty()) return true;
    if (pattern == "$") return path.empty();
    if (pattern[0] == '*') {
        for (size_t skip = 0; skip <= path.size(); ++skip)
            if (obvious(pattern.substr(1), path.substr(skip))) return true;
        return false;
    }
    return !path.empty() && path[0] == pattern[0] && obvious(pattern.substr(1), path.substr(1));
}

std::vector<std::string> words(std::string_view symbols, size_t length_max) {
    std::vector<std::string> all{""};
    for (size_t begin = 0, length = 0; length < length_max; ++length) {
        const size_t end = all.size();
        for (; begin < end; ++begin)
            for (const char symbol : symbols)
                all.push_back(all[begin] + symbol);
    }
    return all;
}

}  // namespace

TEST_CASE("patterns match as the obvious matcher says") {
    const auto paths = words("ab/", 5);
    size_t compared = 0;
    for (const std::string& tail : words("ab/*$", 5)) {
        const std::string pattern = "/" + tail;
        const auto rules = RobotsRules::parse("User-agent: *\nDisallow: " + pattern, "crawld");
        for (const std::string& path_tail : paths) {
            const std::string path = "/" + path_tail;
            if (rules.decide(path).allowed == obvious(pattern, path))
                FAIL(pattern << " on " << path);
            ++compared;
        }
    }
    CHECK_GT(compared, 1'000'000);
}
