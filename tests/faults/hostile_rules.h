// robots.txt files with many rules full of wildcards, each with a path that makes them cost much.
//
// Test: cost_test.cc
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace crawld::test {

struct HostileRules {
    std::string name;
    std::string robots;
    std::string path;  // of 2,000 bytes
};

// A rule is refuted by the first and the last place of two of its pieces.
std::vector<HostileRules> hostile_rules(size_t rules);
// All of its pieces have to be found one behind the other, or all are different.
std::vector<HostileRules> most_hostile_rules(size_t rules);
// As many pieces as a rule may have if 10,000 are to be read, and all but the last are found.
std::vector<HostileRules> longest_hostile_rules(size_t rules);

}  // namespace crawld::test
