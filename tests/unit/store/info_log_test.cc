#include "store/info_log.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "support/temp_dir.h"
#include "unit/store/small_store.h"

using namespace crawld;

namespace {

void write_lines(InfoLog& log, int count) {
    for (int i = 0; i < count; ++i)
        rocksdb::Warn(&log, "line %d of %s", i, std::string(100, 'x').c_str());
}

}  // namespace

TEST_CASE("lines of RocksDB's log have a time, and follow those of the last start") {
    const TempDir dir;
    for (int start = 0; start < 2; ++start) {
        InfoLog log(*rocksdb::Env::Default(), dir / "LOG");
        rocksdb::Warn(&log, "start %d", start);
        rocksdb::Info(&log, "not a warning");
    }
    std::ifstream file(dir / "LOG");
    std::string line;
    for (int start = 0; start < 2; ++start) {
        REQUIRE(std::getline(file, line));
        CHECK_MESSAGE(line.ends_with("Z [WARN] start " + std::to_string(start)), line);
    }
    CHECK_FALSE(std::getline(file, line));
}

TEST_CASE("RocksDB's log has a bound") {
    const TempDir dir;
    InfoLog log(*rocksdb::Env::Default(), dir / "LOG");
    write_lines(log, 30'000);
    CHECK_LE(std::filesystem::file_size(dir / "LOG"), (1 << 20) + 1024);
    CHECK_LE(std::filesystem::file_size(dir / "LOG.old"), (1 << 20) + 1024);
    CHECK_EQ(std::distance(std::filesystem::directory_iterator(dir / ""), {}), 2);
}

TEST_CASE("a full disk costs lines of RocksDB's log and nothing else") {
    const TempDir dir;
    std::filesystem::create_directory(dir / "db");
    std::filesystem::create_symlink("/dev/full", dir / "db/LOG");
    {
        InfoLog log(*rocksdb::Env::Default(), dir / "db/LOG");
        write_lines(log, 1000);
    }
    for (int start = 0; start < 2; ++start) {
        const auto store = Store::open(dir / "db", kSmall);
        REQUIRE_MESSAGE(store.has_value(), store.error().message);
    }
    CHECK(std::filesystem::is_symlink(dir / "db/LOG"));
}
