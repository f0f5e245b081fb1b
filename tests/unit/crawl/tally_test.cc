#include "crawl/tally.h"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

using namespace crawld;

TEST_CASE("reasons are counted by name") {
    Tally tally;
    tally.count_reason("limits.depth");
    tally.count_reason("limits.depth");
    tally.count_reason("no-print");
    const TallyCounts counts = tally.counts();
    CHECK_EQ(counts.reasons.of("limits.depth"), 2);
    CHECK_EQ(counts.reasons.of("no-print"), 1);
}

TEST_CASE("a host that answers again is counted once, up to so many hosts") {
    Tally tally(3);
    for (const char* name : {"a", "b", "a", "b", "c", "d", "e", "a"})
        tally.count_answer(host_key(name, "of-one-domain"));
    CHECK_EQ(tally.counts().hosts_fetched, 3);
}

TEST_CASE("a change is whole, whoever counts at the same time") {
    Tally tally;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 1000; ++i)
                tally.change([](TallyCounts& counts) {
                    ++counts.outcomes[static_cast<size_t>(Outcome::ok)];
                    ++counts.links_found;
                });
        });
    for (std::thread& thread : threads)
        thread.join();
    CHECK_EQ(tally.counts().of(Outcome::ok), 4000);
    CHECK_EQ(tally.counts().links_found, 4000);
}
