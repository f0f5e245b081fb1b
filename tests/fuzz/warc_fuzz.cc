// WARC files: memory stays within its bound, records lie one behind the other and within the file,
// an error names the file, and what is read of bytes that are not compressed is what is read of the
// same bytes as one gzip member.
#include <zlib.h>

#include "archive/warc_reader.h"
#include "base/check.h"
#include "fuzz/input.h"
#include "support/fault_disk.h"

using namespace crawld;

namespace {

constexpr const char* kPath = "/d/a.warc";
// Buffers of both sides, a header with its fields, a head of HTTP, zstd's window of 8 MiB.
constexpr size_t kMemoryMax = 14 << 20;

std::string gzipped(std::string_view bytes) {
    z_stream stream{};
    CRAWLD_CHECK(deflateInit2(&stream, 1, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(deflateBound(&stream, bytes.size()) + 32, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    CRAWLD_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

// What is told of each record, as text.
std::string read_all(std::string_view bytes) {
    test::FaultDisk disk;
    disk.put(kPath, std::string(bytes));
    const fuzz::MemoryPeak peak;
    auto reader = WarcReader::open(disk, kPath);
    CRAWLD_CHECK(reader.has_value());
    std::string told;
    size_t told_bytes = 0;
    for (uint64_t end = 0;;) {
        std::string block;
        const auto record = (*reader)->next([&](std::string_view piece) { block += piece; });
        told_bytes += block.size();
        if (!record) {
            CRAWLD_CHECK(record.error().code == ErrorCode::corrupt);
            CRAWLD_CHECK(record.error().message.find(kPath) != std::string::npos);
            told += "error";
            break;
        }
        if (!*record) break;
        const ReadRecord& read = **record;
        CRAWLD_CHECK(read.offset + read.length <= bytes.size());
        CRAWLD_CHECK(read.offset >= end || read.problems.front() == RecordProblem::shared_member);
        CRAWLD_CHECK(block.size() <= read.block_bytes);
        end = read.offset + read.length;
        told += std::string(read.type()) + '\n' + block + '\n' + std::to_string(read.status) +
                std::to_string(static_cast<int>(read.block_digest)) +
                std::to_string(static_cast<int>(read.payload_digest)) + '\n';
    }
    CRAWLD_CHECK(peak.bytes() <= kMemoryMax + 4 * (told_bytes + told.size()));
    return told;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const std::string told = read_all(bytes);
    if (bytes.starts_with("WARC/")) fuzz::expect_same("records", told, read_all(gzipped(bytes)));
    return 0;
}
