#include "crawl/reason_counts.h"

#include <doctest/doctest.h>

using namespace crawld;

TEST_CASE("reasons are counted by name, and told in the order of the names") {
    ReasonCounts counts;
    counts.add("nofollow");
    counts.add("limits.depth", 2);
    ReasonCounts more;
    more.add("limits.depth");
    counts.add(more);
    CHECK_EQ(counts.of("limits.depth"), 3);
    CHECK_EQ(counts.of("no-print"), 0);
    CHECK_EQ(counts.total(), 4);
    CHECK_EQ(to_string(counts), "limits.depth 3, nofollow 1");
}

TEST_CASE("beyond the maximum new reasons are counted together, known ones by name") {
    ReasonCounts counts;
    for (size_t i = 0; i < ReasonCounts::kReasonsMax; ++i)
        counts.add(std::to_string(i));
    counts.add("one more");
    counts.add("another");
    counts.add("0");
    CHECK_EQ(counts.size(), ReasonCounts::kReasonsMax + 1);
    CHECK_EQ(counts.of("other"), 2);
    CHECK_EQ(counts.of("0"), 2);
}
