// Bodies coded by others, whole, damaged and hostile.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "decode/decode.h"
#include "support/peak_memory.h"
#include "support/suite.h"
#include "support/testdata.h"
#include "url/utf8.h"

using namespace crawld;
using namespace crawld::test;
namespace fs = std::filesystem;

namespace {

const fs::path kFolder = fs::path(CRAWLD_TESTDATA) / "compressed";

std::string contents(std::string_view file) {
    std::ifstream in(kFolder / file, std::ios::binary);
    REQUIRE(in.good());
    return {std::istreambuf_iterator<char>(in), {}};
}

Decoded decoded(std::string_view file, std::string_view coding) {
    return decode_body(contents(file), coding, {});
}

}  // namespace

TEST_CASE("bodies of others, whole and damaged, have their outcome") {
    Suite suite("compressed/, bodies");
    if (lacks_testdata("compressed", &suite)) return;
    constexpr auto kWhole = DecodeVerdict::whole, kCut = DecodeVerdict::truncated,
                   kCorrupt = DecodeVerdict::corrupt, kUnknown = DecodeVerdict::unknown;
    struct {
        std::string_view file, coding;
        DecodeVerdict verdict;
        size_t bytes;
        std::string_view same_as = {};  // the body that it is, in another coding or none
        std::string_view its_coding = {};
    } const cases[] = {
        {"html-br.bin", "br", kWhole, 74'837},
        {"html-gzip.bin", "gzip", kWhole, 74'837, "html-br.bin", "br"},
        {"html-gzip-deflate.bin", "gzip, deflate", kWhole, 74'837, "html-br.bin", "br"},
        {"html-zstd-static-content-size.bin", "zstd", kWhole, 74'837, "html-br.bin", "br"},
        {"html-zstd-static-no-content-size.bin", "zstd", kWhole, 74'837, "html-br.bin", "br"},
        {"html-zstd-streaming-no-content-size.bin", "zstd", kWhole, 74'837, "html-br.bin", "br"},
        {"html-zlibdeflate.bin", "deflate", kWhole, 74'840},
        {"html-rawdeflate.bin", "deflate", kWhole, 74'840, "html-zlibdeflate.bin", "deflate"},
        {"html-gzip-deflate-gzip.bin", "gzip, deflate, gzip", kUnknown, 0},
        {"feed-sample1.xml.gz", "gzip", kWhole, 9'950, "feed-sample1.xml"},
        {"feed-sample1.xml", "gzip", kCorrupt, 0},
        {"feed-sample1.tar", "gzip", kCorrupt, 0},
        {"feed-sample1.zip", "gzip", kCorrupt, 0},
        {"feed-sample1.xml.bz2", "gzip", kCorrupt, 0},
        {"truncated-crc-error.gz", "gzip", kCut, 25'542},
        {"truncated-crc-error-short.gz", "gzip", kCut, 3'741},
        {"unexpected-eof.gz", "gzip", kCut, 8'576},
    };
    for (const auto& expected : cases) {
        CAPTURE(expected.file);
        const Decoded result = decoded(expected.file, expected.coding);
        CHECK_EQ(result.verdict, expected.verdict);
        CHECK_EQ(result.bytes.size(), expected.bytes);
        const bool same = expected.same_as.empty() ||
                          result.bytes == decoded(expected.same_as, expected.its_coding).bytes;
        CHECK(same);
        suite.add(result.verdict == expected.verdict && result.bytes.size() == expected.bytes &&
                  same);
    }
}

TEST_CASE("of a body that ends early all is kept that came") {
    if (lacks_testdata("compressed")) return;
    // The expected text is the bytes read as ISO-8859-1.
    std::string text;
    for (char c : decoded("unexpected-eof.gz", "gzip").bytes)
        utf8_append(text, static_cast<uint8_t>(c));
    CHECK(text == contents("unexpected-eof-output.txt"));
}

TEST_CASE("bombs are capped in flat memory") {
    Suite suite("compressed/, bombs");
    if (lacks_testdata("compressed", &suite)) return;
    struct {
        std::string_view file, coding;
    } const bombs[] = {{"bomb-br.bin", "br"},
                       {"bomb-deflate.bin", "deflate"},
                       {"bomb-gzip.bin", "gzip"},
                       {"bomb-zstd.bin", "zstd"}};
    for (const auto& [file, coding] : bombs) {
        CAPTURE(file);
        const size_t coded = contents(file).size();
        const PeakMemory peak;
        const Decoded result = decoded(file, coding);
        CHECK_EQ(result.verdict, DecodeVerdict::capped);
        CHECK_LE(result.bytes.size(), std::max<size_t>(1 << 20, 100 * coded));
        // They would come to more than 25 MiB each.
        MESSAGE(file, ": memory grew by ", peak.grown_kib(), " KiB");
        CHECK_LE(peak.grown_kib(), 8 << 10);
        suite.add(result.verdict == DecodeVerdict::capped && peak.grown_kib() <= 8 << 10);
    }
}
