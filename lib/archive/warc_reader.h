// WarcReader: the records of a WARC file in order, each with where it lies, what it says, and what
// is wrong with it.
//
// It reads what others wrote too: WARC/1.0 and 1.1, compressed or not, chunked bodies, several
// records in one member, rubbish between records. ARC files are no WARC files.
//
// Digests: the block's is compared where there is one. The payload's likewise, except of revisits
//   and segments, whose payload is elsewhere. Of a message with chunked framing both the content,
//   as the standard says, and the bytes as they lie, as many writers have it, are right.
//
// Units:  offset and length are of the file: those of the member or frame, or of the record's text
//         without the two line ends behind it where nothing is compressed.
// Bound:  256 KiB a header, 512 KiB a head of HTTP, and the buffers of member_reader.h, whatever
// the
//         size of records.
// Errors: problems of a record are named in it, and reading goes on behind it. What cannot be read
//         on from is an error: corrupt, with file and byte; or io.
// Cost:   decompression and the digests: 130 MB/s of text from gzip, 210 from zstd, 420 where
//         nothing is compressed.
// Thread: any, one at a time.
// Source: WARC/1.1 4 to 6.
// Test:   tests/unit/archive/warc_reader_test.cc, tests/conformance/archive/warc_test.cc
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/disk.h"
#include "archive/warc_fields.h"

namespace crawld {

enum class RecordProblem : uint8_t {
    block_digest_wrong,
    payload_digest_wrong,
    block_short,    // the member or the file ends before Content-Length
    no_record_end,  // what follows the block is not two line ends
    shared_member,  // more than one record in a member: none can be read by itself
};
constexpr std::array<std::string_view, 5> enum_names(RecordProblem) {
    return {"block digest wrong", "payload digest wrong", "block shorter than its length",
            "no two line ends behind the block", "several records in one member"};
}

enum class DigestCheck : uint8_t { absent, right, wrong, unchecked };

struct ReadRecord {
    uint64_t offset = 0;
    uint64_t length = 0;
    std::string version;  // "1.1"
    WarcFields fields;
    uint64_t block_bytes = 0;
    DigestCheck block_digest = DigestCheck::absent;
    DigestCheck payload_digest = DigestCheck::absent;
    int status = 0;            // of an HTTP response
    std::string content_type;  // of the HTTP response: all headers of that name, as one list
    std::vector<RecordProblem> problems;

    std::string_view type() const { return fields.find("WARC-Type").value_or(""); }
    std::string_view target_uri() const { return fields.uri("WARC-Target-URI"); }
};

// How many bytes a record takes in a file of that name: those of `length`, and what that leaves out
// behind a record that is not compressed.
uint64_t stored_bytes(std::string_view file_name, uint64_t length);

class WarcReader {
  public:
    using BlockSink = std::function<void(std::string_view piece)>;

    // Of the first `bytes` of the file; nothing: all of it. `begin`: where a record does.
    static Result<std::unique_ptr<WarcReader>> open(Disk& disk, const std::string& path,
                                                    std::optional<uint64_t> bytes = std::nullopt,
                                                    uint64_t begin = 0);
    ~WarcReader();

    // Nothing at the end of the file. `sink` gets the block in pieces.
    Result<std::optional<ReadRecord>> next(const BlockSink& sink = nullptr);

  private:
    struct State;
    explicit WarcReader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace crawld
