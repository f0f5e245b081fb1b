#include "archive/file_names.h"

#include <doctest/doctest.h>

using namespace crawld;

namespace {
constexpr WallTime kTime{seconds(1'770'091'506)};

FileNames made(std::string name, RecordCoding coding = RecordCoding::gzip) {
    auto names = FileNames::make(
        {.name = std::move(name), .prefix = "docs", .host = "h-1.example", .coding = coding});
    REQUIRE_MESSAGE(names.has_value(), names.error().message);
    return *names;
}
}  // namespace

TEST_CASE("a template is filled") {
    CHECK_EQ(made("{prefix}-{time}-{serial}-{host}").name(kTime, 7),
             "docs-20260203040506-00007-h-1.example.warc.gz");
    CHECK_EQ(made("a{serial}", RecordCoding::zstd).name(kTime, 1'234'567), "a1234567.warc.zst");
    CHECK_EQ(made("{serial}", RecordCoding::none).name(kTime, 0), "00000.warc");
    CHECK_EQ(index_name("docs-1.warc.gz"), "docs-1.cdxj");
    CHECK_EQ(index_name("a.warc-b.warc"), "a.warc-b.cdxj");
}

TEST_CASE("a name tells its serial, whenever it was made") {
    const FileNames names = made("{prefix}-{time}-{serial}-{host}");
    for (const uint64_t serial : {0, 1, 99'999, 100'000, 123'456'789})
        CHECK_EQ(names.serial_of(names.name(kTime, serial)), serial);
    for (const char* other : {"", "docs", "docs-20260203040506-00007-h-1.example.warc",
                              "x-20260203040506-00007-h-1.example.warc.gz",
                              "docs-2026020304050-00007-h-1.example.warc.gz",
                              "docs-20260203040506-0007-h-1.example.warc.gz",
                              "docs-20260203040506-00007-h-1.example.warc.gz.open",
                              "docs-20260203040506-00007-h-1.example.cdxj"}) {
        CAPTURE(other);
        CHECK_FALSE(names.serial_of(other).has_value());
    }
}

TEST_CASE("what cannot name files is refused") {
    for (const char* name :
         {"", "a", "{prefix}-{time}", "{serial}{serial}", "{serial}{nonsense}", "{serial",
          "../{serial}", "a/{serial}", ".{serial}", "a b{serial}", "{serial}{time}", "{serial}7"}) {
        CAPTURE(name);
        const auto names = FileNames::make({.name = name, .prefix = "p", .host = "h"});
        REQUIRE_FALSE(names.has_value());
        CHECK_EQ(names.error().code, ErrorCode::configuration);
    }
    CHECK_FALSE(FileNames::make({.name = "{prefix}{serial}", .prefix = "../x"}).has_value());
    CHECK_FALSE(FileNames::make({.name = "{serial}{prefix}", .prefix = "2026"}).has_value());
    CHECK(FileNames::make({.name = std::string(200, 'a') + "{serial}"}).has_value());
    CHECK_FALSE(FileNames::make({.name = std::string(250, 'a') + "{serial}"}).has_value());
    CHECK_FALSE(
        FileNames::make({.name = "{host}{serial}", .prefix = "p", .host = "a/b"}).has_value());
}
