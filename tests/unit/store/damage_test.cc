// Directories that cannot be opened: whose they are, what is wrong with them, and that a refusal
// leaves them as they were.
#include <doctest/doctest.h>
#include <rocksdb/db.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "store/store.h"
#include "support/temp_dir.h"
#include "unit/store/files.h"
#include "unit/store/small_store.h"

using namespace crawld;

namespace {

namespace fs = std::filesystem;

void overwrite(const fs::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// The one file with this ending that holds the text.
fs::path file_with(const fs::path& directory, const std::string& ending, const std::string& text) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(directory))
        if (entry.path().string().ends_with(ending) &&
            contents(entry.path()).find(text) != std::string::npos)
            found.push_back(entry.path());
    REQUIRE_EQ(found.size(), 1);
    return found.front();
}

Error refusal(const std::string& directory) {
    const auto store = Store::open(directory, kSmall);
    REQUIRE_FALSE(store.has_value());
    return store.error();
}

void write_rows(const std::string& directory, int batches) {
    auto store = Store::open(directory, kSmall);
    REQUIRE_MESSAGE(store.has_value(), store.error().message);
    for (int i = 0; i < batches; ++i) {
        Batch batch;
        batch.put(Family::seen, "key" + std::to_string(i), "row " + std::string(100, 'v'));
        REQUIRE((*store)->write(batch));
    }
}

}  // namespace

TEST_CASE("a directory with another's files is refused untouched") {
    const TempDir dir;
    overwrite(dir / "letter.txt", "dear reader");
    const auto before = snapshot(dir.path());
    const Error error = refusal(dir.path().string());
    CHECK_EQ(error.code, ErrorCode::corrupt);
    CHECK_NE(error.message.find("letter.txt"), std::string::npos);
    CHECK_EQ(snapshot(dir.path()), before);
}

TEST_CASE("another program's RocksDB database is refused untouched") {
    for (const char* family : {"", "orders"}) {
        const TempDir dir;
        {
            rocksdb::Options options;
            options.create_if_missing = true;
            rocksdb::DB* opened = nullptr;
            REQUIRE(rocksdb::DB::Open(options, dir / "db", &opened).ok());
            const std::unique_ptr<rocksdb::DB> db(opened);
            REQUIRE(db->Put(rocksdb::WriteOptions(), "a", "b").ok());
            rocksdb::ColumnFamilyHandle* handle = nullptr;
            if (*family != '\0') {
                REQUIRE(db->CreateColumnFamily({}, family, &handle).ok());
                REQUIRE(db->DestroyColumnFamilyHandle(handle).ok());
            }
        }
        const auto before = snapshot(dir / "db");
        const Error error = refusal(dir / "db");
        CHECK_EQ(error.code, ErrorCode::corrupt);
        CHECK_NE(error.message.find("not crawld's"), std::string::npos);
        CHECK_EQ(snapshot(dir / "db"), before);
    }
}

TEST_CASE("reading only sees what an open sees and changes nothing") {
    const TempDir dir;
    write_rows(dir / "db", 50);
    const auto before = snapshot(dir / "db");
    {
        const auto store = Store::open_read_only(dir / "db", kSmall);
        REQUIRE_MESSAGE(store.has_value(), store.error().message);
        size_t rows = 0;
        const auto cursor = (*store)->scan(Family::seen, "", "");
        for (; cursor->valid(); cursor->next())
            ++rows;
        CHECK_EQ(rows, 50);
        CHECK_EQ(refusal(dir / "db").code, ErrorCode::locked);
    }
    CHECK_EQ(snapshot(dir / "db"), before);
    const auto store = Store::open(dir / "db", kSmall);
    REQUIRE(store.has_value());
    const auto second = Store::open_read_only(dir / "db", kSmall);
    REQUIRE_FALSE(second.has_value());
    CHECK_EQ(second.error().code, ErrorCode::locked);
}

TEST_CASE("reading only makes no database") {
    const TempDir dir;
    for (const std::string& path : {dir / "db", dir / "no/db"}) {
        const auto store = Store::open_read_only(path, kSmall);
        REQUIRE_FALSE(store.has_value());
        CHECK_EQ(store.error().code, ErrorCode::no_input);
    }
    CHECK(fs::is_empty(dir.path()));
}

TEST_CASE("a creation that was cut short goes on") {
    const TempDir dir;
    fs::create_directory(dir / "db");
    overwrite(dir / "db/MANIFEST-000001", "");
    overwrite(dir / "db/000001.dbtmp", "MANIFEST-000001\n");
    overwrite(dir / "db/LOCK", "");
    const auto store = Store::open(dir / "db", kSmall);
    REQUIRE_MESSAGE(store.has_value(), store.error().message);
    CHECK((*store)->was_new());
}

TEST_CASE("a database without its CURRENT file is damage, not a new one") {
    const TempDir dir;
    write_rows(dir / "db", 3);
    fs::remove(dir / "db/CURRENT");
    const Error error = refusal(dir / "db");
    CHECK_EQ(error.code, ErrorCode::corrupt);
    CHECK_NE(error.message.find(dir / "db/CURRENT"), std::string::npos);
}

TEST_CASE("a bad record inside the log is an error that names the log") {
    const TempDir dir;
    write_rows(dir / "db", 50);
    const fs::path log = file_with(dir / "db", ".log", "row v");
    std::string bytes = contents(log);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    overwrite(log, bytes);
    const Error error = refusal(dir / "db");
    CHECK_EQ(error.code, ErrorCode::corrupt);
    CHECK_NE(error.message.find(log.filename().string()), std::string::npos);
}

// What a crash in the middle of a write leaves: nobody was told that it was done.
TEST_CASE("a log cut anywhere in its last record loses that record only") {
    const TempDir dir;
    write_rows(dir / "db", 3);
    fs::remove(dir / "db/COMMITTED");
    const fs::path log = file_with(dir / "db", ".log", "row v");
    const std::string bytes = contents(log);
    const auto files = snapshot(dir / "db");
    for (size_t cut = 1; cut < 120; cut += 7) {
        const std::string copy = dir / "copy";
        fs::remove_all(copy);
        fs::create_directory(copy);
        for (const auto& [name, content] : files)
            overwrite(fs::path(copy) / name, content);
        overwrite(fs::path(copy) / log.filename(), bytes.substr(0, bytes.size() - cut));
        auto store = Store::open(copy, kSmall);
        REQUIRE_MESSAGE(store.has_value(), store.error().message);
        CHECK((*store)->get(Family::seen, "key1").value().has_value());
        CHECK_FALSE((*store)->get(Family::seen, "key2").value().has_value());
    }
}

TEST_CASE("a log that is shorter than what was committed is an error that names it") {
    const TempDir dir;
    write_rows(dir / "db", 3);
    const fs::path log = file_with(dir / "db", ".log", "row v");
    SUBCASE("by a byte") {
        fs::resize_file(log, fs::file_size(log) - 1);
    }
    SUBCASE("empty") {
        fs::resize_file(log, 0);
    }
    SUBCASE("missing") {
        fs::remove(log);
    }
    const auto before = snapshot(dir / "db");
    const Error error = refusal(dir / "db");
    CHECK_EQ(error.code, ErrorCode::corrupt);
    CHECK_NE(error.message.find(log.string()), std::string::npos);
    CHECK_EQ(snapshot(dir / "db"), before);
}

TEST_CASE("a manifest that is shorter than what was committed is an error that names it") {
    const TempDir dir;
    write_rows(dir / "db", 3);
    write_rows(dir / "db", 3);
    const std::string current = contents(dir / "db/CURRENT");
    const std::string manifest = dir / ("db/" + current.substr(0, current.size() - 1));
    fs::resize_file(manifest, fs::file_size(manifest) - 1);
    const Error error = refusal(dir / "db");
    CHECK_EQ(error.code, ErrorCode::corrupt);
    CHECK_NE(error.message.find(manifest), std::string::npos);
}

TEST_CASE("a manifest that lacks a part of what was committed is an error that names it") {
    const TempDir dir;
    write_rows(dir / "db", 3);
    write_rows(dir / "db", 3);
    const std::string current = contents(dir / "db/CURRENT");
    const std::string manifest = dir / ("db/" + current.substr(0, current.size() - 1));
    const std::string whole = contents(manifest);
    for (size_t at = 0; at < whole.size(); at += 60) {
        std::string bytes = whole;
        std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end(), '\0');
        overwrite(manifest, bytes);
        const Error error = refusal(dir / "db");
        CHECK_EQ(error.code, ErrorCode::corrupt);
        CHECK_NE(error.message.find(manifest), std::string::npos);
    }
}

TEST_CASE("a mark that is damaged is an error that names it, and one of before is true") {
    const TempDir dir;
    write_rows(dir / "db", 3);
    const std::string old_mark = contents(dir / "db/COMMITTED");
    write_rows(dir / "db", 30);
    std::string mark = contents(dir / "db/COMMITTED");
    CHECK_NE(mark, old_mark);
    mark[100] = static_cast<char>(mark[100] ^ 1);
    overwrite(dir / "db/COMMITTED", mark);
    const Error error = refusal(dir / "db");
    CHECK_EQ(error.code, ErrorCode::corrupt);
    CHECK_NE(error.message.find("COMMITTED"), std::string::npos);
    overwrite(dir / "db/COMMITTED", old_mark);
    CHECK(Store::open(dir / "db", kSmall).has_value());
}

TEST_CASE("logs that are not needed any more are not missed") {
    const TempDir dir;
    auto store = Store::open(dir / "db", kSmall);
    REQUIRE(store.has_value());
    Batch batch;
    batch.put(Family::seen, "key", std::string(100'000, 'v'));
    batch.put(Family::host, "key", std::string(100'000, 'v'));
    for (int i = 0; i < 200; ++i)  // many times the memtables
        REQUIRE((*store)->write(batch));
    store->reset();
    CHECK_MESSAGE(Store::open(dir / "db", kSmall).has_value(), "");
}

TEST_CASE("a damaged table is an error that names the file when it is read") {
    const TempDir dir;
    write_rows(dir / "db", 50);
    write_rows(dir / "db", 0);  // recovery moves the log into a table
    const std::string old_name = file_with(dir / "db", ".sst", "row v").filename();
    std::string bytes = contents(dir / ("db/" + old_name));
    bytes[20] = static_cast<char>(bytes[20] ^ 1);
    overwrite(dir / ("db/" + old_name), bytes);
    auto store = Store::open(dir / "db", kSmall);
    const Error error = store ? (*store)->get(Family::seen, "key1").error() : store.error();
    CHECK_EQ(error.code, ErrorCode::corrupt);
    CHECK_NE(error.message.find(old_name), std::string::npos);
}

TEST_CASE("a table whose end is cut is named") {
    const TempDir dir;
    write_rows(dir / "db", 50);
    write_rows(dir / "db", 0);
    const fs::path table = file_with(dir / "db", ".sst", "row v");
    fs::resize_file(table, fs::file_size(table) - 1);
    const Error error = refusal(dir / "db");
    CHECK_EQ(error.code, ErrorCode::corrupt);
    CHECK_MESSAGE(error.message.find(table.filename().string()) != std::string::npos,
                  error.message);
}

TEST_CASE("a missing table is an error that names the file at open") {
    const TempDir dir;
    write_rows(dir / "db", 50);
    write_rows(dir / "db", 0);
    const fs::path table = file_with(dir / "db", ".sst", "row v");
    fs::remove(table);
    const Error error = refusal(dir / "db");
    CHECK_EQ(error.code, ErrorCode::corrupt);
    CHECK_MESSAGE(error.message.find(table.filename().string()) != std::string::npos,
                  error.message);
}

TEST_CASE("a state directory that cannot be made is cannot_create or permission") {
    const TempDir dir;
    overwrite(dir / "file", "");
    CHECK_EQ(refusal(dir / "file/db").code, ErrorCode::cannot_create);
    if (::geteuid() == 0) {
        MESSAGE("SKIPPED: the half about permissions, root may do everything");
        return;
    }
    fs::create_directory(dir / "closed");
    fs::permissions(dir / "closed", fs::perms::owner_read);
    CHECK_EQ(refusal(dir / "closed/db").code, ErrorCode::permission);
    fs::permissions(dir / "closed", fs::perms::owner_all);
}
