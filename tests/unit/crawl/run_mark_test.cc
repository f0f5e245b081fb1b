#include "crawl/run_mark.h"

#include <doctest/doctest.h>

using namespace crawld;

namespace {

RunMark some_mark() {
    return {.clean = true,
            .boot_id = "boot",
            .blocked_since = instant_from_us(77),
            .shared_gates = std::string("shared\0bytes", 12),
            .gates = {{1, "one"}, {UINT64_MAX, ""}}};
}

}  // namespace

TEST_CASE("a mark comes back as it was") {
    const auto mark = RunMark::decode(some_mark().encode());
    REQUIRE(mark.has_value());
    CHECK(mark->clean);
    CHECK_EQ(mark->boot_id, "boot");
    CHECK_EQ(to_us(mark->blocked_since), 77);
    CHECK_EQ(mark->shared_gates, some_mark().shared_gates);
    CHECK_EQ(mark->gates, some_mark().gates);
}

TEST_CASE("a mark that is not clean says so") {
    RunMark dirty = some_mark();
    dirty.clean = false;
    CHECK_FALSE(RunMark::decode(dirty.encode())->clean);
}

TEST_CASE("a mark that is cut, too long, or of another version is none") {
    const std::string bytes = some_mark().encode();
    for (size_t length = 0; length < bytes.size(); ++length)
        CHECK_FALSE(RunMark::decode(std::string_view(bytes).substr(0, length)).has_value());
    CHECK_FALSE(RunMark::decode(bytes + "x").has_value());
    std::string other = bytes;
    other[0] = 1;
    CHECK_FALSE(RunMark::decode(other).has_value());
}

TEST_CASE("a run goes on where a clean one stopped, in the same boot") {
    const RunMark mark = some_mark();
    const Instant now = mark.blocked_since + hours(1);
    CHECK(mark.exact_for("boot", now));
    CHECK_FALSE(mark.exact_for("another boot", now));
    RunMark dirty = some_mark();
    dirty.clean = false;
    CHECK_FALSE(dirty.exact_for("boot", now));
}

TEST_CASE("a boot without a name is never the same boot") {
    RunMark mark = some_mark();
    mark.boot_id.clear();
    CHECK_FALSE(mark.exact_for("", mark.blocked_since));
}

TEST_CASE("a mark of the future is of another boot, whatever it says") {
    const RunMark mark = some_mark();
    CHECK_FALSE(mark.exact_for("boot", mark.blocked_since - seconds(1)));
}
