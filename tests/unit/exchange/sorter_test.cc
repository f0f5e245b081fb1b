#include "exchange/sorter.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "base/prng.h"
#include "support/temp_dir.h"

using namespace crawld;

namespace {

std::vector<std::string> records(size_t count, size_t bytes_max) {
    Prng prng(7);
    std::vector<std::string> out;
    for (size_t i = 0; i < count; ++i) {
        std::string record(prng.next() % bytes_max, '\0');
        for (char& c : record)
            c = static_cast<char>(prng.next());
        out.push_back(std::move(record));
    }
    return out;
}

std::vector<std::string> sorted(const std::vector<std::string>& records, size_t memory_bytes) {
    const TempDir dir;
    Sorter sorter(dir.path(), memory_bytes);
    for (const std::string& record : records)
        REQUIRE(sorter.add(record));
    REQUIRE(sorter.sort());
    CHECK(std::filesystem::is_empty(dir.path()));  // its file has no name
    std::vector<std::string> out;
    for (;;) {
        const auto next = sorter.next();
        REQUIRE(next.has_value());
        if (!*next) break;
        out.emplace_back(**next);
    }
    const auto again = sorter.next();
    REQUIRE(again.has_value());
    CHECK_FALSE(again->has_value());
    return out;
}

}  // namespace

TEST_CASE("records come in the order of their bytes, from memory and from any number of runs") {
    for (const size_t bytes_max : {size_t{3}, size_t{200}}) {
        std::vector<std::string> expected = records(5'000, bytes_max);
        const std::vector<std::string> given = expected;
        std::sort(expected.begin(), expected.end());
        for (const size_t memory : {size_t{1}, size_t{1} << 12, size_t{1} << 16, size_t{1} << 30})
            CHECK(sorted(given, memory) == expected);
    }
    CHECK(sorted({}, 100).empty());
}

TEST_CASE("a record may be larger than a run's buffer") {
    std::vector<std::string> expected{std::string(3 * Sorter::kRunBufferBytes, 'b'), "", "c",
                                      std::string(Sorter::kRunBufferBytes - 4, 'a')};
    const auto given = expected;
    std::sort(expected.begin(), expected.end());
    CHECK(sorted(given, 100) == expected);
}

TEST_CASE("a directory that cannot be written to is named") {
    Sorter sorter("/nowhere/at/all", 1);
    REQUIRE(sorter.add("a"));
    const Status full = sorter.add("b");
    REQUIRE_FALSE(full.has_value());
    CHECK_EQ(full.error().code, ErrorCode::cannot_create);
    CHECK_NE(full.error().message.find("/nowhere/at/all"), std::string::npos);
}
