// Every pattern of up to 5 symbols over {a, b, /, *, $} against every path of up to 5 over {a, b,
// /}, compared with a matcher that is slow and obvious.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "robots/pattern.h"

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
    for (const std::string& pattern : words("ab/*$", 5)) {
        for (const std::string& path : paths) {
            const bool matched = pattern_matches(pattern, path);
            if (matched != obvious(pattern, path)) FAIL(pattern << " on " << path);
            const size_t literal = literal_prefix(pattern);
            if (matched && path.substr(0, literal) != pattern.substr(0, literal))
                FAIL("literal beginning of " << pattern << " on " << path);
            ++compared;
        }
    }
    CHECK_GT(compared, 1'000'000);
}
