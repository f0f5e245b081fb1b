#include "archive/disk.h"

#include <doctest/doctest.h>

#include <array>

#include "archive/posix_disk.h"
#include "support/fault_disk.h"
#include "support/temp_dir.h"

using namespace crawld;
using namespace crawld::test;

namespace {

DiskStatus write_one(DiskFile& file, uint64_t offset, std::string_view bytes) {
    return file.write(offset, {&bytes, 1});
}
std::string all_of(Disk& disk, const std::string& path) {
    auto file = disk.open_to_read(path);
    REQUIRE(file.has_value());
    std::string bytes(100'000, '\0');
    bytes.resize((*file)->read(0, bytes).value());
    CHECK_EQ((*file)->size(), bytes.size());
    return bytes;
}

void check_disk(Disk& disk, const std::string& directory) {
    const std::string path = directory + "/a", other = directory + "/b";
    auto file = disk.create(path);
    REQUIRE(file.has_value());
    CHECK_EQ((*file)->path(), path);
    CHECK_EQ(disk.create(path).error().cause, DiskCause::exists);
    CHECK_EQ(disk.open_to_read(other).error().cause, DiskCause::not_found);
    CHECK_EQ(disk.open_to_write(other).error().cause, DiskCause::not_found);
    CHECK_EQ(disk.remove(other).error().cause, DiskCause::not_found);

    // More pieces than one call of the system takes, and empty ones.
    std::vector<std::string_view> pieces;
    std::string expected;
    for (int i = 0; i < 1500; ++i) {
        pieces.push_back(std::string_view("0123456789").substr(0, static_cast<size_t>(i) % 11));
        expected += pieces.back();
    }
    CHECK((*file)->write(0, pieces));
    CHECK((*file)->write(0, {}));
    CHECK_EQ(all_of(disk, path), expected);
    CHECK((*file)->truncate(5));
    CHECK(write_one(**file, 5, "xyz"));
    CHECK((*file)->sync());
    CHECK_EQ(all_of(disk, path), expected.substr(0, 5) + "xyz");

    auto reader = disk.open_to_read(path);
    std::array<char, 10> out{};
    CHECK_EQ((*reader)->read(6, out), 2);
    CHECK_EQ((*reader)->read(8, out), 0);
    CHECK_FALSE(write_one(**reader, 0, "x").has_value());

    CHECK(disk.rename(path, other));
    CHECK(disk.sync_directory(directory));
    CHECK_EQ(disk.list(directory).value(), std::vector<std::string>{"b"});
    CHECK_GT(disk.free_bytes(directory).value(), 0);
    CHECK(disk.remove(other));
    CHECK_EQ(disk.list(directory).value(), std::vector<std::string>{});
}

}  // namespace

TEST_CASE("the system's files and those of tests behave alike") {
    SUBCASE("system") {
        const TempDir dir;
        PosixDisk disk;
        check_disk(disk, dir.path().string());
    }
    SUBCASE("memory") {
        FaultDisk disk;
        check_disk(disk, "/d");
    }
}

TEST_CASE("a failure names its file") {
    const TempDir dir;
    PosixDisk disk;
    const DiskError missing = disk.create(dir / "no/file").error();
    CHECK_EQ(missing.cause, DiskCause::not_found);
    CHECK_NE(missing.error.message.find(dir / "no/file"), std::string::npos);
    CHECK_EQ(disk.sync_directory(dir / "no").error().cause, DiskCause::not_found);
    CHECK_EQ(disk.list(dir / "no").error().cause, DiskCause::not_found);
    CHECK_EQ(disk.free_bytes(dir / "no").error().cause, DiskCause::not_found);
    CHECK_EQ(disk.rename(dir / "no", dir / "x").error().cause, DiskCause::not_found);
}

TEST_CASE("a full disk is told as such") {
    PosixDisk disk;
    auto file = disk.open_to_write("/dev/full");
    REQUIRE(file.has_value());
    const DiskStatus written = write_one(**file, 0, "x");
    REQUIRE_FALSE(written.has_value());
    CHECK_EQ(written.error().cause, DiskCause::no_space);
    CHECK_EQ(written.error().error.code, ErrorCode::io);
}

TEST_CASE("the disk of tests loses what was not synced") {
    FaultDisk disk;
    Prng prng(1);
    auto file = disk.create("/d/a").value();
    CHECK(write_one(*file, 0, "synced"));
    CHECK(file->sync());
    CHECK(disk.sync_directory("/d"));
    CHECK(write_one(*file, 6, " lost"));
    CHECK(disk.create("/d/b").has_value());
    CHECK(disk.rename("/d/a", "/d/c"));
    file.reset();
    SUBCASE("") {
        disk.lose_power(Unsynced::dropped, prng);
        CHECK_EQ(disk.names(), std::vector<std::string>{"/d/a"});
        CHECK_EQ(disk.contents("/d/a"), "synced");
    }
    SUBCASE("or keeps it") {
        disk.lose_power(Unsynced::kept, prng);
        CHECK_EQ(disk.names(), std::vector<std::string>{"/d/b", "/d/c"});
        CHECK_EQ(disk.contents("/d/c"), "synced lost");
    }
}

TEST_CASE("on the disk of tests a sync that failed lost its bytes, whatever the next one says") {
    FaultDisk disk;
    Prng prng(1);
    auto file = disk.create("/d/a").value();
    CHECK(disk.sync_directory("/d"));
    CHECK(write_one(*file, 0, "bytes"));
    disk.fail_at(0, Fault::io_error);
    CHECK_FALSE(file->sync().has_value());
    CHECK(disk.fired());
    CHECK(file->sync());
    file.reset();
    disk.lose_power(Unsynced::dropped, prng);
    CHECK_EQ(disk.contents("/d/a"), std::string(5, '\0'));
}
