#include "store/store.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "support/temp_dir.h"
#include "unit/store/small_store.h"

using namespace crawld;

namespace {

std::unique_ptr<Store> open_store(const std::string& directory) {
    auto store = Store::open(directory, kSmall);
    REQUIRE_MESSAGE(store.has_value(), store.error().message);
    return std::move(*store);
}

std::string value_of(Store& store, Family family, std::string_view key) {
    auto value = store.get(family, key);
    REQUIRE(value.has_value());
    return value->value_or("(none)");
}

}  // namespace

TEST_CASE("what was written is there at the next open") {
    const TempDir dir;
    {
        auto store = open_store(dir / "a/b");
        CHECK(store->was_new());
        Batch batch;
        batch.put(Family::seen, "k", "1");
        batch.put(Family::host, "k", "2");
        REQUIRE(store->write(batch));
    }
    auto store = open_store(dir / "a/b");
    CHECK_FALSE(store->was_new());
    CHECK_EQ(value_of(*store, Family::seen, "k"), "1");
    CHECK_EQ(value_of(*store, Family::host, "k"), "2");
    CHECK_EQ(value_of(*store, Family::queue, "k"), "(none)");
}

TEST_CASE("a batch keeps the order of its operations") {
    const TempDir dir;
    auto store = open_store(dir / "db");
    Batch batch;
    batch.put(Family::meta, "a", "1");
    batch.put(Family::meta, "b", "1");
    batch.put(Family::meta, "c", "1");
    batch.erase(Family::meta, "a");
    batch.erase_range(Family::meta, "b", "c");
    batch.put(Family::meta, "b", "2");
    CHECK_EQ(batch.count(), 6);
    REQUIRE(store->write(batch));
    CHECK_EQ(value_of(*store, Family::meta, "a"), "(none)");
    CHECK_EQ(value_of(*store, Family::meta, "b"), "2");
    CHECK_EQ(value_of(*store, Family::meta, "c"), "1");
}

TEST_CASE("a rolled back batch writes what it held at the mark") {
    const TempDir dir;
    auto store = open_store(dir / "db");
    Batch batch;
    batch.put(Family::meta, "kept", "1");
    const Batch::Mark mark = batch.mark();
    batch.put(Family::meta, "dropped", "1");
    batch.rollback(mark);
    CHECK_EQ(batch.count(), 1);
    REQUIRE(store->write(batch));
    CHECK_EQ(value_of(*store, Family::meta, "kept"), "1");
    CHECK_EQ(value_of(*store, Family::meta, "dropped"), "(none)");
}

TEST_CASE("multi_get answers in the order of the keys, across more than one look-up") {
    const TempDir dir;
    auto store = open_store(dir / "db");
    Batch batch;
    std::vector<std::string> keys;
    for (int i = 1000; i < 1300; ++i) {
        keys.push_back(std::to_string(i));
        if (i % 3 == 0) batch.put(Family::seen, keys.back(), "v" + keys.back());
    }
    REQUIRE(store->write(batch));
    const auto values = store->multi_get(Family::seen, keys);
    REQUIRE(values.has_value());
    std::string packed;
    for (size_t i = 0; i < keys.size(); ++i) {
        packed += keys[i];
        CHECK_EQ((*values)[i].has_value(), (1000 + i) % 3 == 0);
        if ((*values)[i]) CHECK_EQ(*(*values)[i], "v" + keys[i]);
    }
    std::vector<size_t> found;
    REQUIRE(store->multi_get(Family::seen, packed, 4, [&](size_t i, std::string_view value) {
        CHECK_EQ(value, "v" + keys[i]);
        found.push_back(i);
    }));
    CHECK_EQ(found.size(), 100);
    CHECK(std::is_sorted(found.begin(), found.end()));
}

TEST_CASE("a cursor walks keys in order up to its end") {
    const TempDir dir;
    auto store = open_store(dir / "db");
    Batch batch;
    for (const char* key : {"aaaaaaaa3", "aaaaaaaa1", "aaaaaaaa2", "bbbbbbbb1"}) {
        batch.put(Family::queue, key, key);
        batch.put(Family::due, key, key);
    }
    REQUIRE(store->write(batch));
    const auto walk = [&](Family family, std::string_view from, std::string_view end) {
        std::string keys;
        auto cursor = store->scan(family, from, end);
        for (; cursor->valid(); cursor->next()) {
            CHECK_EQ(cursor->key(), cursor->value());
            keys += cursor->key().back();
        }
        CHECK(cursor->status());
        return keys;
    };
    CHECK_EQ(walk(Family::queue, "aaaaaaaa1", "aaaaaaaa3"), "12");
    CHECK_EQ(walk(Family::queue, "aaaaaaaa2", "aaaaaaaa~"), "23");
    CHECK_EQ(walk(Family::queue, "aaaaaaaa2", ""), "231");
    CHECK_EQ(walk(Family::due, "", ""), "1231");
}

TEST_CASE("an unsynced write is seen at once and survives with a later synced one") {
    const TempDir dir;
    {
        auto store = open_store(dir / "db");
        Batch first;
        first.put(Family::host, "a", "1");
        REQUIRE(store->write_unsynced(first));
        CHECK_EQ(value_of(*store, Family::host, "a"), "1");
        Batch second;
        second.put(Family::host, "b", "1");
        REQUIRE(store->write(second));
    }
    auto store = open_store(dir / "db");
    CHECK_EQ(value_of(*store, Family::host, "a"), "1");
}

TEST_CASE("memory stays near cache and memtables while ten times as much is written") {
    const TempDir dir;
    auto store = Store::open(dir / "db", {.cache = mib(4), .memtables = mib(4), .sync = false});
    REQUIRE(store.has_value());
    std::string value(1000, 'x');
    for (int i = 0; i < 400; ++i) {
        Batch batch;
        for (int j = 0; j < 200; ++j)
            batch.put(Family::queue, "aaaaaaaa" + std::to_string(i * 200 + j), value);
        REQUIRE((*store)->write(batch));
        CHECK_LE((*store)->memory_bytes(), mib(12).bytes);
    }
}

TEST_CASE("a store that closes leaves little in its log for the next open to read") {
    const TempDir dir;
    const StoreOptions roomy{.cache = mib(4), .memtables = mib(64), .sync = true};
    const auto log_bytes = [&] {
        uint64_t bytes = 0;
        for (const auto& entry : std::filesystem::directory_iterator(dir / "db"))
            if (entry.path().extension() == ".log") bytes += entry.file_size();
        return bytes;
    };
    {
        auto store = Store::open(dir / "db", roomy);
        REQUIRE_MESSAGE(store.has_value(), store.error().message);
        for (int i = 0; i < 16; ++i) {
            Batch batch;
            batch.put(Family::seen, "k" + std::to_string(i), std::string(mib(1).bytes, 'v'));
            REQUIRE((*store)->write(batch));
        }
        CHECK_GT(log_bytes(), mib(16).bytes);
    }
    CHECK_LT(log_bytes(), mib(1).bytes);
    const auto store = Store::open(dir / "db", roomy);
    REQUIRE_MESSAGE(store.has_value(), store.error().message);
    CHECK((*store)->get(Family::seen, "k15").value().has_value());
}

TEST_CASE("a second open while the first is running is refused as locked") {
    const TempDir dir;
    auto store = open_store(dir / "db");
    const auto second = Store::open(dir / "db", kSmall);
    REQUIRE_FALSE(second.has_value());
    CHECK_EQ(second.error().code, ErrorCode::locked);
    CHECK_NE(second.error().message.find(dir / "db"), std::string::npos);
    Batch batch;
    batch.put(Family::meta, "still", "writable");
    CHECK(store->write(batch));
}

TEST_CASE("RocksDB's own log stays small") {
    const TempDir dir;
    for (int i = 0; i < 5; ++i)
        open_store(dir / "db");
    size_t logs = 0;
    for (const auto& entry : std::filesystem::directory_iterator(dir / "db")) {
        if (!entry.path().filename().string().starts_with("LOG")) continue;
        ++logs;
        CHECK_LE(entry.file_size(), 4096);
    }
    CHECK_LE(logs, 3);
}
