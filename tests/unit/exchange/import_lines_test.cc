#include "exchange/import_lines.h"

#include <doctest/doctest.h>

#include "support/cpu_time.h"

using namespace crawld;
using namespace std::string_literals;

namespace {

using enum ImportFormat;

constexpr std::string_view kCdxLine =
    "com,example)/a 20260203040506 http://example.com/a text/html 200 SHA1 - - 512 0 x.warc.gz";
constexpr std::string_view kCdxj =
    R"(com,example)/a 20260203040506 {"url":"http://example.com/a","mime":"text/html",)"
    R"("status":"200","digest":"sha1:X"})";
constexpr std::string_view kHeritrix =
    "2026-02-03T04:05:06.123Z   200       1234 http://example.com/a LL http://example.com/ "
    "text/html #042 20260203040505999+112 sha1:X - -";

ImportFormat detected(std::string_view beginning) {
    const auto format = detect(beginning, automatic, "f");
    REQUIRE_MESSAGE(format.has_value(), format.error().message);
    return *format;
}

ImportedLine parsed(ImportFormat format, std::string_view line, bool cut = false) {
    return ImportLines(format).parse(line, cut);
}

void check_url(const ImportedLine& line, std::string_view url, int status) {
    CHECK_EQ(line.url, url);
    CHECK_EQ(line.status, status);
    CHECK(line.rejected.empty());
}

bool says_nothing(const ImportedLine& line) {
    return line.url.empty() && line.rejected.empty();
}

}  // namespace

TEST_CASE("a format is known by its first line that says something") {
    CHECK_EQ(detected(""), seeds);
    CHECK_EQ(detected("# seeds\n\nhttps://example.org/\n"), seeds);
    CHECK_EQ(detected("example.org\n"), seeds);
    CHECK_EQ(detected(" CDX N b a m s k r M S V g\n"), cdx);
    CHECK_EQ(detected("\n"s + std::string(kCdxLine)), cdx);
    CHECK_EQ(detected("\xEF\xBB\xBF"s + std::string(kCdxj) + "\r\n"), cdxj);
    CHECK_EQ(detected("!OpenWayback-CDXJ 1.0\n"), cdxj);
    CHECK_EQ(detected(kHeritrix), heritrix);
    CHECK_EQ(detected("2026-02-03T04:05:06.123Z -9998 - http://a/"), heritrix);
    CHECK_EQ(*detect(kCdxLine, seeds, "f"), seeds);
}

TEST_CASE("what holds no URLs is refused with a sentence") {
    const std::string hash = "00b1c9a0e8a1d6b8a4d1b1fd6d3be7ad6f3f8d55";
    for (const auto& [bytes, why] :
         {std::pair{hash + "\n" + hash + "\n", "requests.seen"s},
          std::pair{"\x1f\x8b\x08..."s, "compressed"s},
          std::pair{"\x28\xb5\x2f\xfd..."s, "compressed"s}, std::pair{"WARC/1.1\r\n"s, "WARC"s},
          std::pair{"http://a/\nab\0c"s, "binary"s}}) {
        for (const ImportFormat wanted : {automatic, seeds}) {
            const auto format = detect(bytes, wanted, "some/file");
            REQUIRE_FALSE(format.has_value());
            CHECK_EQ(format.error().code, ErrorCode::corrupt);
            CHECK(format.error().message.starts_with("some/file is "));
            CHECK_NE(format.error().message.find(why), std::string::npos);
        }
    }
    CHECK_EQ(detected(hash.substr(1)), seeds);
}

TEST_CASE("seeds: one URL a line, comments and blanks around it") {
    check_url(parsed(seeds, "  https://example.org/a b\t"), "https://example.org/a b", 0);
    CHECK(parsed(seeds, "http://a/").was_fetched());
    CHECK(says_nothing(parsed(seeds, "# http://a/")));
    CHECK(says_nothing(parsed(seeds, " \t")));
    CHECK_EQ(parsed(seeds, "http://a/", true).rejected, "the line is too long");
}

TEST_CASE("cdx: columns by their letters, or those that all dialects begin with") {
    check_url(parsed(cdx, kCdxLine), "http://example.com/a", 200);
    ImportLines lines(cdx);
    CHECK(says_nothing(lines.parse(" CDX s a b", false)));
    check_url(lines.parse("301 http://a/ 20260203040506", false), "http://a/", 301);
    CHECK_FALSE(lines.parse("301 http://a/ 20260203040506", false).was_fetched());
    check_url(lines.parse("- http://a/ 20260203040506", false), "http://a/", -1);
    CHECK_EQ(lines.parse("301", false).rejected, "too few columns");
    CHECK_EQ(lines.parse("x http://a/ 2", false).rejected, "its status is no number");
    CHECK(says_nothing(lines.parse("\tCDX\ta\tm", false)));
    check_url(lines.parse("http://a/ b\twarc/revisit", false), "http://a/ b", 304);
    CHECK(says_nothing(lines.parse(" CDX N b", false)));
    CHECK_EQ(lines.parse("com,a)/ 2026", false).rejected,
             "the first line names no column a, the URL");
    CHECK(says_nothing(parsed(cdx, "com,a)/ 20260203040506 dns:a.com text/dns - X - - 1 0 f")));
}

TEST_CASE("cdxj: url, status as text or number, and revisits") {
    check_url(parsed(cdxj, kCdxj), "http://example.com/a", 200);
    check_url(parsed(cdxj, R"(com,a)/ 2026 {"url":"http://a/\u00e9","status":404})"),
              "http://a/\xC3\xA9", 404);
    const ImportedLine revisit =
        parsed(cdxj, R"(com,a)/ 2026 {"status":"200","mime":"warc/revisit","url":"http://a/"})");
    check_url(revisit, "http://a/", 304);
    CHECK(revisit.was_fetched());
    const ImportedLine unknown = parsed(cdxj, R"(com,a)/ 2026 {"url":"http://a/"})");
    check_url(unknown, "http://a/", -1);
    CHECK_FALSE(unknown.was_fetched());
    CHECK(says_nothing(parsed(cdxj, "!meta {}")));
    CHECK_EQ(parsed(cdxj, R"(com,a)/ 2026 {"status":"200"})").rejected, "its JSON has no url");
    for (size_t size = 1; size < kCdxj.size(); ++size)
        CHECK_EQ(parsed(cdxj, kCdxj.substr(0, size)).rejected,
                 "not a key, a time and a JSON object");
}

TEST_CASE("heritrix: the status and the fourth word") {
    check_url(parsed(heritrix, kHeritrix), "http://example.com/a", 200);
    const ImportedLine failed = parsed(heritrix, "2026-02-03T04:05:06.123Z    -2 - http://a/ -");
    check_url(failed, "http://a/", -2);
    CHECK_FALSE(failed.was_fetched());
    CHECK_FALSE(parsed(heritrix, "2026-02-03T04:05:06.123Z 0 - http://a/").was_fetched());
    CHECK(says_nothing(parsed(heritrix, "2026-02-03T04:05:06.123Z 1 53 dns:example.com P")));
    for (const std::string_view odd :
         {"http://a/", "2026-02-03T04:05:06.123Z", "2026-02-03T04:05:06.123Z 200",
          "2026-02-03T04:05:06.123Z 200 12", "2026-02-03T04:05:06.123Z x 12 http://a/",
          "\xff\xfe\xfd"})
        CHECK_EQ(parsed(heritrix, odd).rejected, "not a time, a status, a size and a URL");
}

TEST_CASE("long and odd lines cost no more than their length") {
    const std::string words(size_t{5} << 20, ' ');
    std::string pairs;
    while (pairs.size() < (size_t{10} << 20))
        pairs += "a ";
    const double before = test::cpu_seconds();
    for (const ImportFormat format : {seeds, cdx, cdxj, heritrix})
        for (const std::string& line : {words, pairs, std::string(size_t{10} << 20, '{')}) {
            parsed(format, line);
            detect(line, automatic, "f");
        }
    CHECK_LT(test::cpu_seconds() - before, 20);
}
