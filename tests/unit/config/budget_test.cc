#include "config/budget.h"

#include <doctest/doctest.h>

#include <fstream>

#include "fetch/response_head.h"
#include "support/testdata.h"
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

TEST_CASE("bodies are bounded by their sum, or by what the requests may bring") {
    const auto most_with = [](const std::string& options) {
        for (const BudgetLine& line : budget_of(loaded_after(options).config, 2).memory)
            if (line.what == "bodies in flight") return line.most;
        return uint64_t{0};
    };
    CHECK_EQ(most_with("fetch: {bodies_max: 100MiB}\n"), mib(150).bytes);  // and a sitemap
    CHECK_EQ(most_with("fetch: {bodies_max: 100MiB, body_max: 64MiB}\n"), mib(164).bytes);
    CHECK_EQ(most_with("politeness: {global: {concurrency: 2}}\n"), mib(100).bytes);
}

TEST_CASE("URLs that are found have a bound, whatever their length") {
    const auto most_with = [](const std::string& options) {
        for (const BudgetLine& line : budget_of(loaded_after(options).config, 2).memory)
            if (line.what == "URLs found, not yet on disk") return line.most;
        return uint64_t{0};
    };
    CHECK_EQ(most_with(""), 2 * mib(64).bytes);
    CHECK_EQ(most_with("threads: {loops: 3}\n"), 4 * mib(64).bytes);
    CHECK_EQ(most_with("html: {links_max: 100000}\n"), 2 * 16 * 100'000 * 400);
}

TEST_CASE("rules of robots.txt files have a bound in each loop, however many hosts are loaded") {
    const auto most_with = [](const std::string& options) {
        for (const BudgetLine& line : budget_of(loaded_after(options).config, 2).memory)
            if (line.what == "rules of robots.txt files") return line.most;
        return uint64_t{0};
    };
    CHECK_EQ(most_with(""), mib(72).bytes);
    CHECK_EQ(most_with("frontier: {hosts_loaded_max: 1000000}\n"), mib(72).bytes);
    CHECK_EQ(most_with("threads: {loops: 3}\n"), 3 * mib(72).bytes);
}

TEST_CASE("heads of responses have a bound in bytes and in fields, for each request in flight") {
    const auto most_with = [](const std::string& options) {
        for (const BudgetLine& line : budget_of(loaded_after(options).config, 2).memory)
            if (line.what == "heads of responses") return line.most;
        return uint64_t{0};
    };
    const uint64_t fields = uint64_t{ResponseHead::kLinesMax} * 120;
    CHECK_EQ(most_with("politeness: {global: {concurrency: 2}}\n"), 2 * (kib(300).bytes + fields));
    CHECK_EQ(most_with("fetch: {headers_max: 100KiB}\npoliteness: {global: {concurrency: 1}}\n"),
             kib(100).bytes + fields);
}

TEST_CASE("the default configuration fits the service's memory at the worst") {
    std::ifstream unit(test::source_path("systemd/crawld.service"));
    uint64_t memory_max = 0;
    for (std::string line; std::getline(unit, line);)
        if (line.starts_with("MemoryMax=") && line.ends_with("G"))
            memory_max = std::stoull(line.substr(line.find('=') + 1)) << 30;
    REQUIRE_GT(memory_max, 0);
    for (const unsigned cores : {1, 2, 4, 8}) {
        CAPTURE(cores);
        CHECK_LT(total_most(budget_of(CrawldConfig(), cores).memory), memory_max);
    }
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

TEST_CASE("an archive takes memory: its index, compressors of the workers, records under way") {
    const auto most_with = [](const std::string& options) {
        return total_most(budget_of(loaded_after(options).config, 2).memory);
    };
    const uint64_t none = most_with("archive: {format: none}\n");
    CHECK_GE(most_with("archive: {format: warc}\n") - none, mib(128).bytes);
    const uint64_t few = most_with("archive: {format: warc}\nthreads: {workers: 1}\n");
    const uint64_t many = most_with("archive: {format: warc}\nthreads: {workers: 9}\n");
    const uint64_t of_pages = most_with("archive: {format: none}\nthreads: {workers: 9}\n") -
                              most_with("archive: {format: none}\nthreads: {workers: 1}\n");
    CHECK_EQ(many - few - of_pages, 8 * 270'000);
}
