// An upgrade of the state's format in place, of which the k-th operation of the disk is the last
// one for every k: what is left is a state of the older version, as the crawld of that version
// knows it, or one of the newer version; and the next open makes it the newer one with all its
// rows.
#include <doctest/doctest.h>

#include "faults/fault_fs.h"
#include "store/store_env.h"
#include "support/state_v1.h"
#include "support/temp_dir.h"

using namespace crawld;
using namespace crawld::test;

namespace {

constexpr StoreOptions kSmall{.cache = mib(1), .memtables = mib(1), .sync = true};

struct Upgrade {
    Upgrade() { make_state_v1(dir / "db", kFirstFamilies, env.get()); }
    Result<std::unique_ptr<Store>> open() { return open_store_on(*env, dir / "db", kSmall); }

    TempDir dir;
    std::shared_ptr<FaultFileSystem> disk = std::make_shared<FaultFileSystem>();
    std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(disk);
};

uint64_t operations_of_an_upgrade() {
    Upgrade upgrade;
    const uint64_t before = upgrade.disk->operations();
    REQUIRE(upgrade.open().has_value());
    return upgrade.disk->operations() - before;
}

void check_rows(Store& store) {
    for (const StoredRow& row : rows_of_state_v1())
        if (row.key != "store/format") CHECK_EQ(*store.get(row.family, row.key), row.value);
}

}  // namespace

TEST_CASE("upgrade: a crash at any operation leaves one version or the other") {
    const uint64_t operations = operations_of_an_upgrade();
    CHECK_GT(operations, 30);
    int older = 0, newer = 0;
    for (const Unsynced unsynced : {Unsynced::kept, Unsynced::dropped, Unsynced::torn})
        for (uint64_t k = 0; k < operations; ++k) {
            CAPTURE(k);
            CAPTURE(static_cast<int>(unsynced));
            Upgrade upgrade;
            upgrade.disk->fail_at(k, Fault::power_cut);
            upgrade.open();  // the store of the last k may be open
            Prng prng(k + 1);
            upgrade.disk->lose_power(unsynced, prng);
            const FormatOnDisk left = format_on_disk(upgrade.dir / "db");
            const bool is_older = left.version == 1;
            if (is_older) CHECK_EQ(left.families, kFirstFamilies);
            (is_older ? older : newer) += 1;

            const auto store = upgrade.open();
            REQUIRE_MESSAGE(store.has_value(), store.error().message);
            CHECK_EQ((*store)->upgraded_from().has_value(), is_older);
            check_rows(**store);
            Batch batch;
            batch.put(Family::payload, "key", "value");
            CHECK((*store)->write(batch).has_value());
        }
    MESSAGE("operations: ", operations, ", left older: ", older, ", newer: ", newer);
    CHECK_GT(older, 0);
    CHECK_GT(newer, 0);
}

TEST_CASE("upgrade: an operation that fails once ends the open, and the next one goes on") {
    const uint64_t operations = operations_of_an_upgrade();
    for (const Fault fault : {Fault::io_error, Fault::no_space})
        for (uint64_t k = 0; k < operations; ++k) {
            CAPTURE(k);
            Upgrade upgrade;
            upgrade.disk->fail_at(k, fault);
            upgrade.open();
            upgrade.disk->stop_failing();
            const auto store = upgrade.open();
            REQUIRE_MESSAGE(store.has_value(), store.error().message);
            check_rows(**store);
        }
}
