#include "archive/record_coding.h"

#include <doctest/doctest.h>
#include <zstd.h>

#include "base/prng.h"
#include "decode/decode.h"

using namespace crawld;

namespace {

std::string noise(size_t bytes) {
    Prng prng(3);
    std::string text(bytes, '\0');
    for (char& c : text)
        c = static_cast<char>(prng.next());
    return text;
}
Record record(std::string_view body) {
    return {.text = "WARC/1.1\r\nContent-Length: 1\r\n\r\n", .body = body, .payload_digest = {}};
}

}  // namespace

TEST_CASE("each coding gives the record back, of any size, text or noise, one after the other") {
    for (const RecordCoding coding : {RecordCoding::none, RecordCoding::gzip, RecordCoding::zstd}) {
        RecordCompressor compressor(coding);
        for (const size_t bytes : {0, 1, 1000, 100'000, 1'000'000})
            for (const bool coded : {false, true})
                for (const std::string& body : {std::string(bytes, 'x'), noise(bytes)}) {
                    const Record given = record(body);
                    const Decoded decoded =
                        decode_body(compressor.compress(given, coded),
                                    coding == RecordCoding::none ? "" : to_string(coding),
                                    {.ratio_max = 10'000});
                    CHECK_EQ(decoded.verdict, DecodeVerdict::whole);
                    CHECK(decoded.bytes == given.bytes());
                }
    }
}

TEST_CASE("a body that came compressed is not worked on for long") {
    const std::string body = noise(100'000);
    RecordCompressor compressor(RecordCoding::gzip);
    CHECK_LT(compressor.compress(record(body), true).size(), body.size() + 300);
    // Stored as it is, in pieces of 64 KB, while the header is compressed.
    const std::string page(30'000, 'x');
    Record long_header = record(page);
    long_header.text = std::string(300'000, 'y');
    const std::string stored = compressor.compress(long_header, true);
    CHECK_NE(stored.find(page), std::string::npos);
    CHECK_LT(stored.size(), 40'000);
    // The level is of the record, not of the one before.
    const std::string text = noise(500) + std::string(50'000, 'a') + noise(500);
    const std::string first = compressor.compress(record(text), false);
    compressor.compress(record(text), true);
    CHECK_EQ(compressor.compress(record(text), false), first);
}

TEST_CASE("a zstd frame has its content's size and a checksum, and no dictionary") {
    const std::string frame = RecordCompressor(RecordCoding::zstd).compress(record("abc"), false);
    CHECK_EQ(ZSTD_getFrameContentSize(frame.data(), frame.size()), record("abc").bytes().size());
    CHECK_EQ(ZSTD_findFrameCompressedSize(frame.data(), frame.size()), frame.size());
    CHECK_EQ(ZSTD_getDictID_fromFrame(frame.data(), frame.size()), 0);
    const int descriptor = static_cast<uint8_t>(frame[4]);
    CHECK_EQ(descriptor & 4, 4);
}
