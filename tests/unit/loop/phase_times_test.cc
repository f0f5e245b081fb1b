#include "loop/phase_times.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace crawld;

TEST_CASE("PhaseTimes: the phase with the largest sum, not the longest single call") {
    constexpr std::string_view kMany = "many";
    constexpr std::string_view kOne = "one";
    PhaseTimes times;
    CHECK(times.longest().empty());
    times.add(kOne, milliseconds(5));
    for (int i = 0; i < 6; ++i)
        times.add(kMany, milliseconds(1));
    CHECK(times.longest() == "many");
    times.clear();
    CHECK(times.longest().empty());
}

TEST_CASE("PhaseTimes: what does not fit is counted together") {
    std::vector<std::string> names;
    for (size_t i = 0; i < 2 * PhaseTimes::kRows; ++i)
        names.push_back("phase " + std::to_string(i));
    PhaseTimes times;
    for (const std::string& name : names)
        times.add(name, milliseconds(1));
    CHECK(times.longest() == "other");
}
