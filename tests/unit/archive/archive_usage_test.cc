#include "archive/archive_usage.h"

#include <doctest/doctest.h>

#include "support/fault_disk.h"

using namespace crawld;
using namespace crawld::test;

namespace {

struct UsageFixture {
    UsageFixture() {
        disk.put("/d/a.warc.gz", std::string(600, 'a'));
        disk.put("/d/a.cdxj", std::string(50, 'i'));
        usage.set_bound(1'000);
    }
    bool is_over_after(Duration time) {
        now += time;
        usage.check(now);
        return usage.is_over();
    }

    FaultDisk disk;
    ArchiveUsage usage{disk, "/d"};
    WallTime now = wall_from_us(1'700'000'000'000'000);
};

}  // namespace

TEST_CASE("ArchiveUsage: what is there and what is appended, up to the bound") {
    UsageFixture f;
    CHECK_FALSE(f.is_over_after(seconds(0)));
    CHECK(f.usage.bytes() == 650);
    f.usage.add(349);
    CHECK_FALSE(f.is_over_after(seconds(1)));
    f.usage.add(1);
    CHECK(f.is_over_after(seconds(1)));
}

TEST_CASE("ArchiveUsage: files that were moved away are noticed, a bound that was raised at once") {
    UsageFixture f;
    f.is_over_after(seconds(0));
    f.disk.put("/d/b.warc.gz", std::string(400, 'b'));
    f.usage.add(400);
    CHECK(f.is_over_after(seconds(1)));
    f.usage.set_bound(1'051);
    CHECK_FALSE(f.is_over_after(seconds(0)));
    f.usage.set_bound(1'000);
    CHECK(f.is_over_after(seconds(0)));
    REQUIRE(f.disk.remove("/d/a.warc.gz"));
    CHECK_FALSE(f.is_over_after(ArchiveUsage::kRecountGap));
    CHECK(f.usage.bytes() == 450);
}

TEST_CASE("ArchiveUsage: what was moved away before the bound came up does not count at it") {
    UsageFixture f;
    f.is_over_after(seconds(0));
    REQUIRE(f.disk.remove("/d/a.warc.gz"));
    f.disk.put("/d/b.warc.gz", std::string(400, 'b'));
    f.usage.add(400);
    CHECK_FALSE(f.is_over_after(ArchiveUsage::kRecountGap));
}

TEST_CASE("ArchiveUsage: an index that was written beside a file counts") {
    UsageFixture f;
    f.is_over_after(seconds(0));
    f.disk.put("/d/b.cdxj", std::string(350, 'i'));
    CHECK_FALSE(f.is_over_after(ArchiveUsage::kRecountGap));
    f.usage.something_sealed();
    CHECK(f.is_over_after(seconds(0)));
}

TEST_CASE("ArchiveUsage: without a bound nothing is counted") {
    UsageFixture f;
    f.usage.set_bound(0);
    f.usage.add(10'000);
    const uint64_t operations = f.disk.operations();
    CHECK_FALSE(f.is_over_after(seconds(10)));
    CHECK(f.disk.operations() == operations);
}

TEST_CASE("ArchiveUsage: a directory that cannot be read keeps its count") {
    UsageFixture f;
    f.disk.put("/d/b.warc.gz", std::string(400, 'b'));
    CHECK(f.is_over_after(seconds(0)));
    for (const std::string& name : f.disk.names())
        REQUIRE(f.disk.remove(name));
    f.disk.fail_at(0, Fault::power_cut);
    CHECK_FALSE(f.disk.remove("/d/other"));
    CHECK_FALSE(f.disk.sync_directory("/d"));
    CHECK(f.is_over_after(ArchiveUsage::kRecountGap));
    Prng prng(1);
    f.disk.lose_power(Unsynced::kept, prng);
    CHECK_FALSE(f.is_over_after(ArchiveUsage::kRecountGap));
}
