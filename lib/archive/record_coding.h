// RecordCompressor: one gzip member or one zstd frame for each record, so that a reader can begin
// at any of them.
//
// A body that came compressed gains nothing from a second compression: gzip stores it as it is,
// behind the headers, which are compressed; zstd takes its fast level. zstd frames have their
// content size and a checksum, and no dictionary, as the IIPC's proposal for .warc.zst asks.
//
// Owns:   the library's state, which is kept from record to record (260 KiB for gzip).
// Thread: any, one at a time: each worker has its own.
// Cost:   a page of 25 KB of documentation, in us and KB left, two virtual cores, zlib 1.2.13:
//           gzip-1 139, 5.9   gzip-4 183, 5.3 (ours)   gzip-6 351, 5.2   gzip-9 593, 5.1
//           zstd-1 54, 5.7    zstd-3 67, 5.5 (ours)    zstd-6 164, 5.2   stored 13
// Source: WARC/1.1 annex D; RFC 1952; the IIPC's "Zstandard Compression for WARC Files 1.0".
// Test:   tests/unit/archive/record_coding_test.cc
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "archive/record.h"

namespace crawld {

enum class RecordCoding : uint8_t { none, gzip, zstd };
constexpr std::array<std::string_view, 3> enum_names(RecordCoding) {
    return {"none", "gzip", "zstd"};
}
inline constexpr std::array<RecordCoding, 3> kRecordCodings = {
    RecordCoding::none, RecordCoding::gzip, RecordCoding::zstd};
// ".warc", ".warc.gz", ".warc.zst"
std::string_view file_suffix(RecordCoding coding);

class RecordCompressor {
  public:
    explicit RecordCompressor(RecordCoding coding);
    ~RecordCompressor();
    RecordCompressor(const RecordCompressor&) = delete;
    RecordCompressor& operator=(const RecordCompressor&) = delete;

    // `body_is_coded`: it has a content coding, or is a picture, a video, an archive.
    std::string compress(const Record& record, bool body_is_coded);

  private:
    struct Codec;
    struct Gzip;
    struct Zstd;
    std::unique_ptr<Codec> codec_;  // none: the record as it is
};

}  // namespace crawld
