#include "config/budget.h"

#include <doctest/doctest.h>

#include "unit/config/config_text.h"

using namespace crawld;

TEST_CASE("descriptors follow from the requests in flight") {
    const auto few = loaded_after("politeness: {global: {concurrency: 10}}\n").config;
    const auto many = loaded_after("politeness: {global: {concurrency: 1010}}\n").config;
    const uint64_t difference =
        total_most(budget_of(many, 2).descriptors) - total_most(budget_of(few, 2).descriptors);
    CHECK_EQ(difference, 3'000);  // one in flight, two kept alive
}

TEST_CASE("fewer descriptors allow fewer requests in flight") {
    const auto config = loaded_after("politeness: {global: {concurrency: 512}}\n").config;
    const uint64_t most = total_most(budget_of(config, 2).descriptors);
    CHECK_EQ(in_flight_within(config, 2, most), 512);
    CHECK_EQ(in_flight_within(config, 2, most - 3), 511);
    CHECK_EQ(in_flight_within(config, 2, 0), kInFlightMin);
    const auto one = loaded_after("politeness: {global: {concurrency: 1}}\n").config;
    CHECK_EQ(in_flight_within(one, 2, 0), 1);
}

TEST_CASE("threads: 0 is decided by the cores") {
    const CrawldConfig config;
    CHECK_EQ(total_most(budget_of(config, 4).descriptors),
             total_most(budget_of(config, 1).descriptors));
    CHECK_GT(total_most(budget_of(config, 16).descriptors),
             total_most(budget_of(config, 4).descriptors));
}

TEST_CASE("memory follows from caches and bounds; usual is never above most") {
    const auto small = loaded_after("store: {cache: 1MiB}\n").config;
    const auto large = loaded_after("store: {cache: 1GiB}\n").config;
    CHECK_EQ(total_most(budget_of(large, 2).memory) - total_most(budget_of(small, 2).memory),
             mib(1023).bytes);
    const Budget budget = budget_of(small, 2);
    for (const auto& lines : {budget.descriptors, budget.memory})
        for (const BudgetLine& line : lines)
            CHECK_LE(line.usual, line.most);
}

TEST_CASE("a table that says what each number follows from") {
    const std::string text = render_budget(budget_of(loaded_after("").config, 2));
    CAPTURE(text);
    CHECK_NE(text.find("  requests in flight                          512          512   "
                       "politeness.global.concurrency\n"),
             std::string::npos);
    CHECK_NE(text.find("\nmemory "), std::string::npos);
    CHECK_NE(text.find("  state database                          112 MiB      112 MiB   "
                       "store.cache, store.memtables\n"),
             std::string::npos);
}
