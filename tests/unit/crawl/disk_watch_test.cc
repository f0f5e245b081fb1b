#include "crawl/disk_watch.h"

#include <doctest/doctest.h>

#include <map>

using namespace crawld;

namespace {

constexpr uint32_t kPercent = 5;

struct WatchFixture {
    std::unique_ptr<Log> log = std::move(
        *Log::open({.clock = [] { return WallTime{}; },
                    .capture = [this](std::string_view line) { said.emplace_back(line); }}));
    std::map<std::string, DiskSpace> disks{
        {"/state", {.device = 1}}, {"/logs", {.device = 1}}, {"/archive", {.device = 2}}};
    std::vector<std::string> said;
    int looks = 0;
    DiskWatch watch{*log,
                    [this](const std::string& directory) {
                        ++looks;
                        return disks.at(directory);
                    },
                    {"/state", "/archive", "/logs"}};
    Instant now = kAlways;

    // What is said by a look a second later.
    std::vector<std::string> look(const DiskWatch::Known& known = {}) {
        said.clear();
        now += seconds(1);
        watch.check(now, kPercent, known);
        return said;
    }
    static bool tells(const std::vector<std::string>& lines, std::string_view event,
                      std::string_view directory) {
        return lines.size() == 1 && lines[0].find(event) != std::string::npos &&
               lines[0].find("\"path\":\"" + std::string(directory) + "\"") != std::string::npos;
    }
};

}  // namespace

TEST_CASE("DiskWatch: a lack of bytes or of inodes is told once, with its directory, and its end") {
    for (double DiskSpace::*of : {&DiskSpace::free_fraction, &DiskSpace::free_inodes_fraction}) {
        WatchFixture f;
        CHECK(f.look().empty());
        f.disks["/archive"].*of = 0.049;
        CHECK(f.tells(f.look(), "disk.filled", "/archive"));
        CHECK(f.watch.is_short());
        CHECK(f.watch.reason().starts_with("/archive: less than limits.disk_free_percent"));
        f.disks["/archive"].*of = 0.059;  // not enough yet to go on
        CHECK(f.look().empty());
        CHECK(f.watch.is_short());
        f.disks["/archive"].*of = 0.061;
        CHECK(f.tells(f.look(), "disk.recovered", "/archive"));
        CHECK_FALSE(f.watch.is_short());
        CHECK(f.watch.reason().empty());
    }
}

TEST_CASE("DiskWatch: directories on one disk are told as one") {
    WatchFixture f;
    f.disks["/state"].free_fraction = f.disks["/logs"].free_fraction = 0;
    CHECK(f.tells(f.look(), "disk.filled", "/state"));
    f.disks["/logs"].device = 3;
    f.disks["/state"].free_fraction = 1;
    CHECK(f.look().size() == 2);
    CHECK(f.watch.reason().starts_with("/logs"));
}

TEST_CASE("DiskWatch: refusals and the budget are lacks of their own, and all must end") {
    WatchFixture f;
    CHECK(f.tells(f.look({.refusal = {{"/archive", "cannot write"}}, .over_budget = {}}),
                  "disk.filled", "/archive"));
    CHECK(f.watch.reason() == "/archive: cannot write");
    CHECK(f.tells(f.look({.refusal = {{"/archive", "again"}}, .over_budget = "/archive"}),
                  "archive.disk_budget is reached", "/archive"));
    CHECK(
        f.tells(f.look({.refusal = {}, .over_budget = "/archive"}), "disk.recovered", "/archive"));
    CHECK(f.watch.is_short());
    CHECK(f.tells(f.look(), "disk.recovered", "/archive"));
    CHECK_FALSE(f.watch.is_short());
}

TEST_CASE("DiskWatch: disks are looked at once a second; 0 percent switches that off") {
    WatchFixture f;
    f.look();
    const int looks = f.looks;
    f.watch.check(f.now + milliseconds(900), kPercent, {});
    CHECK(f.looks == looks);
    f.disks["/state"].free_fraction = 0;
    f.watch.check(f.now + seconds(2), 0, {});
    CHECK_FALSE(f.watch.is_short());
}
