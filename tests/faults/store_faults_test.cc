// The store's own promises about a disk that fails.
#include <doctest/doctest.h>

#include "faults/fault_fs.h"
#include "store/store_env.h"
#include "support/temp_dir.h"

using namespace crawld;
using namespace crawld::test;

namespace {

constexpr StoreOptions kSmall{.cache = mib(1), .memtables = mib(1), .sync = true};

struct FaultyStore {
    FaultyStore() { reopen(); }
    void reopen() {
        store.reset();
        auto opened = open_store_on(*env, dir / "db", kSmall);
        REQUIRE_MESSAGE(opened.has_value(), opened.error().message);
        store = std::move(*opened);
    }
    Status put(std::string_view key) {
        Batch batch;
        batch.put(Family::seen, key, "v");
        return store->write(batch);
    }
    bool has(std::string_view key) { return store->get(Family::seen, key).value().has_value(); }

    TempDir dir;
    std::shared_ptr<FaultFileSystem> disk = std::make_shared<FaultFileSystem>();
    std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(disk);
    std::unique_ptr<Store> store;
};

constexpr uint64_t kAppend = 0;  // what a synced write does, in this order
constexpr uint64_t kSync = 1;

}  // namespace

TEST_CASE_FIXTURE(FaultyStore, "after a full disk nothing is written until resume") {
    for (const uint64_t operation : {kAppend, kSync}) {
        disk->fail_at(operation, Fault::no_space);
        const Status failed = put("a");
        REQUIRE_FALSE(failed.has_value());
        CHECK_EQ(failed.error().code, ErrorCode::io);
        CHECK(store->no_space());
        CHECK_FALSE(has("a"));
        CHECK_FALSE(put("b").has_value());
        CHECK(store->no_space());
        CHECK(store->resume());
        CHECK_FALSE(store->no_space());
        CHECK_FALSE(has("a"));
        CHECK_FALSE(has("b"));
        CHECK(put("c"));
    }
    reopen();
    CHECK(has("c"));
    CHECK_FALSE(has("a"));
    CHECK_FALSE(has("b"));
}

TEST_CASE("resume that fails can be tried again, or says that only a restart helps") {
    int went_on = 0;
    for (uint64_t k = 0; k < 20; ++k) {
        CAPTURE(k);
        FaultyStore faulty;
        faulty.disk->fail_at(kAppend, Fault::no_space);
        CHECK_FALSE(faulty.put("a").has_value());
        faulty.disk->fail_at(k, Fault::no_space);
        for (int i = 0; i < 3 && faulty.store->no_space(); ++i)
            if (!faulty.store->resume()) CHECK_FALSE(faulty.put("b").has_value());
        faulty.disk->stop_failing();
        const Status written = faulty.put("c");
        CHECK_FALSE(faulty.store->no_space());
        went_on += written ? 1 : 0;
        faulty.reopen();
        CHECK_EQ(faulty.has("c"), written.has_value());
        CHECK_FALSE(faulty.has("b"));
    }
    CHECK_GT(went_on, 15);
}

TEST_CASE_FIXTURE(FaultyStore,
                  "after a failed sync nothing is ever written again, reading goes on") {
    CHECK(put("a"));
    disk->fail_at(kSync, Fault::io_error);
    const Status failed = put("b");
    REQUIRE_FALSE(failed.has_value());
    CHECK_EQ(failed.error().code, ErrorCode::io);
    CHECK_FALSE(store->no_space());
    CHECK_FALSE(store->resume().has_value());
    CHECK_FALSE(put("c").has_value());
    CHECK(has("a"));
    CHECK_FALSE(has("b"));
}

TEST_CASE_FIXTURE(FaultyStore, "what was not synced goes with the power, what was synced stays") {
    CHECK(put("synced"));
    Batch batch;
    batch.put(Family::seen, "unsynced", "v");
    CHECK(store->write_unsynced(batch));
    disk->fail_at(0, Fault::power_cut);
    store.reset();
    Prng prng(1);
    disk->lose_power(Unsynced::dropped, prng);
    reopen();
    CHECK(has("synced"));
    CHECK_FALSE(has("unsynced"));
}

TEST_CASE("a disk that refuses is told apart by what it says") {
    const TempDir dir;
    const auto disk = std::make_shared<FaultFileSystem>();
    const auto env = rocksdb::NewCompositeEnv(disk);
    disk->fail_at(0, Fault::no_space);
    const auto full = open_store_on(*env, dir / "db", kSmall);
    REQUIRE_FALSE(full.has_value());
    CHECK_EQ(full.error().code, ErrorCode::io);
    const auto store = open_store_on(*env, dir / "db", kSmall);
    CHECK_MESSAGE(store.has_value(), store.error().message);
}
