// What becomes of a body in each content coding: whole, in parts, damaged, mislabelled, hostile.
#include <doctest/doctest.h>

#include "decode/decode.h"
#include "support/coded_bodies.h"
#include "support/peak_memory.h"
#include "support/suite.h"

using namespace crawld;
using namespace crawld::test;

namespace {

constexpr std::string_view kPage =
    "<html><a href=next>next</a> and some text, some text, some text";

std::string zlib_coded(std::string_view text) {
    return deflated(text, 15);
}
std::string bare_deflated(std::string_view text) {
    return deflated(text, -15);
}

struct Coding {
    std::string_view name;  // for the header
    std::string (*coded)(std::string_view text);
    bool checksum;   // at the end
    bool sequences;  // members or frames follow one another
};
const Coding kCodings[] = {
    {"gzip", gzipped, true, true},        {"x-gzip", gzipped, true, true},
    {"deflate", zlib_coded, true, false}, {"deflate", bare_deflated, false, false},
    {"br", brotli_coded, false, false},   {"zstd", zstd_coded, false, true},
};

// One row of the table: what is sent, and what must come of it. `text` is the beginning of what is
// kept, all of it unless the verdict is truncated or corrupt.
class Table {
  public:
    void expect(std::string_view what, std::string_view coding, std::string body,
                DecodeVerdict verdict, std::string_view text) {
        const Decoded decoded = decode_body(std::move(body), coding, {});
        const bool partial =
            verdict == DecodeVerdict::truncated || verdict == DecodeVerdict::corrupt;
        const bool kept = partial ? text.starts_with(decoded.bytes) : decoded.bytes == text;
        CAPTURE(what);
        CAPTURE(coding);
        CHECK_EQ(to_string(decoded.verdict), to_string(verdict));
        CHECK(kept);
        CHECK_EQ(decoded.detail.empty(), verdict == DecodeVerdict::whole);
        suite_.add(decoded.verdict == verdict && kept);
    }

  private:
    Suite suite_{"content codings"};
};

void expect_plain(Table& table, const Coding& coding) {
    const std::string coded = coding.coded(kPage);
    const std::string text(kPage);
    table.expect("whole", coding.name, coded, DecodeVerdict::whole, text);
    table.expect("no body", coding.name, "", DecodeVerdict::whole, "");
    table.expect("a text of no bytes", coding.name, coding.coded(""), DecodeVerdict::whole, "");
    table.expect("garbage behind it", coding.name, coded + "\ngarbage", DecodeVerdict::whole, text);
    for (size_t keep = 1; keep < coded.size(); ++keep)
        table.expect("truncated", coding.name, coded.substr(0, keep), DecodeVerdict::truncated,
                     text);
    table.expect("says it is coded and is not", coding.name, text, DecodeVerdict::corrupt, "");
    table.expect("says nothing and is coded", "", coded, DecodeVerdict::whole, coded);
    table.expect("says identity and is coded", "identity", coded, DecodeVerdict::whole, coded);
    table.expect("in a coding we do not know", "compress", coded, DecodeVerdict::unknown, "");
    if (coding.checksum) {
        std::string wrong = coded;
        wrong[wrong.size() - (coding.name == "deflate" ? 1 : 8)] ^= 1;
        table.expect("a wrong checksum", coding.name, wrong, DecodeVerdict::corrupt, text);
    }
    if (coding.sequences)
        table.expect("three in a row", coding.name, coded + coding.coded("") + coded,
                     DecodeVerdict::whole, text + text);
    else
        table.expect("what follows is not read", coding.name, coded + coded, DecodeVerdict::whole,
                     text);
}

void expect_stacked(Table& table, const Coding& inner, const Coding& outer) {
    const std::string both = std::string(inner.name) + ", " + std::string(outer.name);
    const std::string coded = outer.coded(inner.coded(kPage));
    table.expect("stacked twice", both, coded, DecodeVerdict::whole, kPage);
    table.expect("stacked, the outer one truncated", both, coded.substr(0, coded.size() - 1),
                 DecodeVerdict::truncated, kPage);
    const std::string half = inner.coded(kPage).substr(0, inner.coded(kPage).size() - 2);
    table.expect("stacked, the inner one truncated", both, outer.coded(half),
                 DecodeVerdict::truncated, kPage);
    table.expect("stacked, the inner one none", both, outer.coded(kPage), DecodeVerdict::corrupt,
                 "");
    table.expect("stacked three times", both + ", gzip", gzipped(coded), DecodeVerdict::unknown,
                 "");
}

// 64 MiB of zeros in a window of 16 MiB.
constexpr char kBrotliBomb[] =
    "\xcf\xff\xff\x7f\xf8\x27\x00\xe2\xb1\x40\x20\xf7\xfe\x9f\xff\xff\xff\xf0\x4f\x00\xc4\x61"
    "\x01\x80\xee\xfd\x3f\xff\xff\xff\xe1\x9f\x00\x88\xc3\x22\x00\xdd\xfb\xff\xfc\xff\xff\xc7"
    "\x3f\x01\x10\x87\x05\x00\xba\xf7\xff";
const std::string kBrotliBombBody(kBrotliBomb, sizeof(kBrotliBomb) - 1);

// 10 MB that decode to 10 GB: the same mebibytes of zeros again and again.
std::string large_gzip_bomb() {
    const std::string zeros(10 << 20, '\0');
    std::string part(64 << 10, '\0');
    z_stream stream{};
    REQUIRE_EQ(deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(zeros.data()));
    stream.avail_in = static_cast<uInt>(zeros.size());
    stream.next_out = reinterpret_cast<Bytef*>(part.data());
    stream.avail_out = static_cast<uInt>(part.size());
    REQUIRE_EQ(deflate(&stream, Z_FULL_FLUSH), Z_OK);
    part.resize(stream.total_out);
    deflateEnd(&stream);
    std::string bomb("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03", 10);
    while (bomb.size() < 10'000'000)
        bomb += part;
    return bomb;
}

}  // namespace

TEST_CASE("every coding, whole, damaged and mislabelled, has its outcome") {
    Table table;
    for (const Coding& coding : kCodings)
        expect_plain(table, coding);
    for (const Coding& inner : kCodings)
        for (const Coding& outer : kCodings)
            expect_stacked(table, inner, outer);
}

TEST_CASE("bombs in every coding are cut, and cost less than 8 MiB") {
    const std::string zeros(64 << 20, '\0');
    struct Bomb {
        std::string what;
        std::string_view coding;
        std::string body;
    } bombs[] = {
        {"gzip, 64 MiB", "gzip", gzipped(zeros)},
        {"gzip, 10 MB to 10 GB", "gzip", large_gzip_bomb()},
        {"gzip in gzip", "gzip, gzip", gzipped(gzipped(zeros))},
        {"zlib, 64 MiB", "deflate", zlib_coded(zeros)},
        {"deflate, 64 MiB", "deflate", bare_deflated(zeros)},
        {"br, 53 bytes to 64 MiB", "br", kBrotliBombBody},
        {"br in gzip", "br, gzip", gzipped(kBrotliBombBody)},
        {"gzip of zeros in br", "gzip, br", brotli_coded(gzipped(zeros))},
        {"zstd, 64 MiB", "zstd", zstd_coded(zeros)},
    };
    Suite suite("content codings, bombs");
    for (Bomb& bomb : bombs) {
        CAPTURE(bomb.what);
        const PeakMemory peak;
        const Decoded decoded = decode_body(std::move(bomb.body), bomb.coding, {});
        MESSAGE(bomb.what, ": ", decoded.bytes.size(), " bytes kept, memory grew by ",
                peak.grown_kib(), " KiB");
        CHECK_EQ(decoded.verdict, DecodeVerdict::capped);
        CHECK_LT(decoded.bytes.size(), 2 << 20);
        CHECK_LE(peak.grown_kib(), 8 << 10);
        suite.add(decoded.verdict == DecodeVerdict::capped && peak.grown_kib() <= 8 << 10);
    }
}
