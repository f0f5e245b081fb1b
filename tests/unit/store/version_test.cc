// States of other format versions: an older one is read as it is and upgraded where it is opened, a
// newer one is refused as it was found.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "base/bytes.h"
#include "base/fingerprint.h"
#include "store/newer.h"
#include "support/state_v1.h"
#include "support/temp_dir.h"
#include "unit/store/files.h"
#include "unit/store/small_store.h"

using namespace crawld;
using namespace crawld::test;

namespace {

void check_rows(Store& store) {
    for (const StoredRow& row : rows_of_state_v1()) {
        if (row.key == "store/format") continue;
        const auto value = store.get(row.family, row.key);
        REQUIRE(value.has_value());
        CHECK_EQ(*value, row.value);
    }
}

// As a version of later writes it: of what it says nothing can be known but that it is whole.
void make_mark_newer(const std::string& directory) {
    const std::string path = directory + "/COMMITTED";
    std::string sector = contents(path);
    REQUIRE_EQ(sector.size(), 512);
    sector.resize(504);
    std::string later;
    put_u32(later, 2);
    sector.replace(8, 4, later);
    std::fill(sector.begin() + 12, sector.end(), 'x');
    put_u64(sector, fingerprint64(sector));
    std::ofstream(path, std::ios::binary) << sector;
}

// Makes it a newer crawld's, and says what it was refused with by both ways to open it.
std::vector<Error> refused_as(const std::string& directory, const std::string& version,
                              const std::string& table, bool newer_mark = false) {
    {
        auto store = Store::open(directory, kSmall);
        REQUIRE_MESSAGE(store.has_value(), store.error().message);
        Batch batch;
        batch.put(Family::meta, "store/format", version);
        REQUIRE((*store)->write(batch));
    }
    if (!table.empty()) {
        std::vector<std::string> names;
        REQUIRE(rocksdb::DB::ListColumnFamilies({}, directory, &names).ok());
        names.push_back(table);
        std::vector<rocksdb::ColumnFamilyDescriptor> families;
        for (const std::string& name : names)
            families.emplace_back(name, rocksdb::ColumnFamilyOptions());
        rocksdb::Options options;
        options.create_missing_column_families = true;
        std::vector<rocksdb::ColumnFamilyHandle*> handles;
        rocksdb::DB* opened = nullptr;
        REQUIRE(rocksdb::DB::Open(options, directory, families, &handles, &opened).ok());
        const std::unique_ptr<rocksdb::DB> db(opened);
        for (rocksdb::ColumnFamilyHandle* handle : handles)
            REQUIRE(db->DestroyColumnFamilyHandle(handle).ok());
        std::filesystem::remove(directory + "/COMMITTED");
    }
    if (newer_mark) make_mark_newer(directory);
    const auto before = snapshot(directory);
    const auto opened = Store::open(directory, kSmall);
    const auto read = Store::open_read_only(directory, kSmall);
    REQUIRE_FALSE(opened.has_value());
    REQUIRE_FALSE(read.has_value());
    CHECK_EQ(snapshot(directory), before);
    return {opened.error(), read.error()};
}

std::string version_row(uint32_t version) {
    std::string row;
    put_u32(row, version);
    return row;
}

}  // namespace

TEST_CASE("a state of version 1 is read as it is, and upgraded once where it is opened") {
    for (const size_t families : {kFirstFamilies, kFirstFamilies + 1, kFamilies}) {
        const TempDir dir;
        make_state_v1(dir / "db", families);
        const auto before = snapshot(dir / "db");
        {
            const auto store = Store::open_read_only(dir / "db", kSmall);
            REQUIRE_MESSAGE(store.has_value(), store.error().message);
            check_rows(**store);
            CHECK_FALSE((*store)->get(Family::payload, "key")->has_value());
        }
        CHECK_EQ(snapshot(dir / "db"), before);
        {
            const auto store = Store::open(dir / "db", kSmall);
            REQUIRE_MESSAGE(store.has_value(), store.error().message);
            CHECK_EQ((*store)->upgraded_from(), 1);
            CHECK_FALSE((*store)->was_new());
            check_rows(**store);
            Batch batch;
            batch.put(Family::payload, "key", "value");
            REQUIRE((*store)->write(batch).has_value());
        }
        const auto store = Store::open(dir / "db", kSmall);
        REQUIRE_MESSAGE(store.has_value(), store.error().message);
        CHECK_FALSE((*store)->upgraded_from().has_value());
        check_rows(**store);
        CHECK_EQ(*(*store)->get(Family::payload, "key"), "value");
        CHECK_EQ(*(*store)->get(Family::meta, "store/format"), version_row(2));
    }
}

TEST_CASE("a newer state is refused untouched and called newer, whatever tables it has") {
    CHECK_EQ(exit_code(ErrorCode::corrupt), 65);
    for (const std::string table : {"", "of_later"}) {
        const TempDir dir;
        for (const Error& error :
             refused_as(dir / "db", version_row(kStateFormatVersion + 1), table)) {
            CHECK_EQ(error.code, ErrorCode::corrupt);
            CHECK_MESSAGE(error.message.find("newer format version 3") != std::string::npos,
                          error.message);
            CHECK(is_of_newer_state(error));
        }
    }
}

TEST_CASE("a newer COMMITTED is of a newer state, or damage in one of ours") {
    TempDir dir;
    for (const Error& error :
         refused_as(dir / "newer", version_row(kStateFormatVersion + 1), "", true)) {
        CHECK(is_of_newer_state(error));
        CHECK_MESSAGE(error.message.find("newer format version 3") != std::string::npos,
                      error.message);
    }
    for (const Error& error :
         refused_as(dir / "ours", version_row(kStateFormatVersion), "", true)) {
        CHECK_EQ(error.code, ErrorCode::corrupt);
        CHECK_FALSE(is_of_newer_state(error));
        CHECK_NE(error.message.find("COMMITTED"), std::string::npos);
    }
}

TEST_CASE("a table that is not ours in a state of our version is another's") {
    const TempDir dir;
    for (const Error& error : refused_as(dir / "db", version_row(kStateFormatVersion), "orders")) {
        CHECK_EQ(error.code, ErrorCode::corrupt);
        CHECK_MESSAGE(error.message.find("table orders") != std::string::npos, error.message);
    }
}

TEST_CASE("a version that cannot be read is damage") {
    for (const std::string& row : {version_row(0), std::string("\0\0\0\1\0", 5), std::string()}) {
        const TempDir dir;
        for (const Error& error : refused_as(dir / "db", row, "")) {
            CHECK_EQ(error.code, ErrorCode::corrupt);
            CHECK_NE(error.message.find("format version"), std::string::npos);
            CHECK_FALSE(is_of_newer_state(error));
        }
    }
}
