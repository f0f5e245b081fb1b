// Bodies coded by others, whole, damaged and hostile.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "decode/decode.h"
#include "support/peak_memory.h"
#include "support/suite.h"
#include "url/utf8.h"

using namespace crawld;
using namespace crawld::test;
namespace fs = std::filesystem;

namespace {

const fs::path kFolder = fs::path(CRAWLD_TESTDATA) / "compressed";

bool skipped() {
    if (fs::exists(kFolder)) return false;
    MESSAGE("SKIPPED: no compressed bodies in ", std::string(CRAWLD_TESTDATA));
    return true;
}

std::string contents(std::string_view file) {
    std::ifstream in(kFolder / file, std::ios::binary);
    REQUIRE(in.good());
    return {std::istreambuf_iterator<char>(in), {}};
}

Decoded decoded(std::string_view file, std::string_view coding) {
    return decode_body(contents(file), coding, {});
}

}  // namespace

TEST_CASE("one page in every coding is the same page") {
    if (skipped()) return;
    const std::string page = decoded("html-br.bin", "br").bytes;
    CHECK_EQ(page.size(), 74'837);
    struct {
        std::string_view file, coding;
    } const cases[] = {{"html-br.bin", "br"},
                       {"html-gzip.bin", "gzip"},
                       {"html-gzip-deflate.bin", "gzip, deflate"},
                       {"html-zstd-static-content-size.bin", "zstd"},
                       {"html-zstd-static-no-content-size.bin", "zstd"},
                       {"html-zstd-streaming-no-content-size.bin", "zstd"}};
    for (const auto& [file, coding] : cases) {
        CAPTURE(file);
        const Decoded result = decoded(file, coding);
        CHECK_EQ(result.verdict, DecodeVerdict::whole);
        CHECK(result.bytes == page);
    }
    const Decoded zlib = decoded("html-zlibdeflate.bin", "deflate");
    const Decoded raw = decoded("html-rawdeflate.bin", "deflate");
    CHECK_EQ(zlib.verdict, DecodeVerdict::whole);
    CHECK_EQ(raw.verdict, DecodeVerdict::whole);
    CHECK_EQ(raw.bytes.size(), 74'840);
    CHECK(zlib.bytes == raw.bytes);
    CHECK(decoded("feed-sample1.xml.gz", "gzip").bytes == contents("feed-sample1.xml"));
}

TEST_CASE("three codings are one too many") {
    if (skipped()) return;
    CHECK_EQ(decoded("html-gzip-deflate-gzip.bin", "gzip, deflate, gzip").verdict,
             DecodeVerdict::unknown);
}

TEST_CASE("what is no gzip is corrupt") {
    if (skipped()) return;
    for (std::string_view file :
         {"feed-sample1.tar", "feed-sample1.xml", "feed-sample1.xml.bz2", "feed-sample1.zip"})
        CHECK_EQ(decoded(file, "gzip").verdict, DecodeVerdict::corrupt);
}

TEST_CASE("bodies that end early keep all that came") {
    if (skipped()) return;
    for (std::string_view file :
         {"truncated-crc-error.gz", "truncated-crc-error-short.gz", "unexpected-eof.gz"}) {
        CAPTURE(file);
        const Decoded result = decoded(file, "gzip");
        CHECK_EQ(result.verdict, DecodeVerdict::truncated);
        CHECK_GT(result.bytes.size(), contents(file).size());
    }
    // The expected text is the bytes read as ISO-8859-1.
    std::string text;
    for (char c : decoded("unexpected-eof.gz", "gzip").bytes)
        utf8_append(text, static_cast<uint8_t>(c));
    CHECK(text == contents("unexpected-eof-output.txt"));
}

TEST_CASE("bombs are capped in flat memory") {
    if (skipped()) return;
    struct {
        std::string_view file, coding;
    } const bombs[] = {{"bomb-br.bin", "br"},
                       {"bomb-deflate.bin", "deflate"},
                       {"bomb-gzip.bin", "gzip"},
                       {"bomb-zstd.bin", "zstd"}};
    Suite suite("compressed/, bombs");
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
