#include "audit/set_aside.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "archive/posix_disk.h"
#include "support/temp_dir.h"

using namespace crawld;

namespace {

namespace fs = std::filesystem;

void write(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}
std::string read(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

}  // namespace

TEST_CASE("what is kept aside takes nothing's place, and is kept once") {
    PosixDisk disk;
    for (const Change change : {Change::replaced, Change::in_place}) {
        const TempDir dir;
        const std::string path = dir / "a.open", base = dir / "a";
        for (const int number : {1, 2, 3}) {
            const std::string text = "text " + std::to_string(number);
            fs::remove(path);
            write(path, text);
            const std::string name =
                base + ".damaged" + (number == 1 ? "" : "-" + std::to_string(number));
            CHECK_EQ(free_damaged_name(base), name);
            for (const char* again : {"", "once more"}) {
                CAPTURE(again);
                const auto kept = keep_aside(disk, path, base, change);
                REQUIRE(kept.has_value());
                CHECK_EQ(*kept, name);
                CHECK_EQ(read(name), text);
            }
            CHECK_EQ(fs::equivalent(path, name), change == Change::replaced);
        }
        CHECK_EQ(read(base + ".damaged"), "text 1");
    }
}

TEST_CASE("what cannot be kept leaves nothing") {
    PosixDisk disk;
    const TempDir dir;
    CHECK_FALSE(keep_aside(disk, dir / "none", dir / "a", Change::replaced).has_value());
    CHECK_FALSE(keep_aside(disk, dir / "none", dir / "a", Change::in_place).has_value());
    CHECK(fs::is_empty(dir / ""));
}
