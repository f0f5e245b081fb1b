// MemberReader: the bytes of a WARC file, decompressed, one gzip member or zstd frame after the
// other. A file that is not compressed is one member. The coding is told by the first bytes.
//
// Owns:   one buffer of each side, and the library's state. The file must outlive it.
// Bound:  64 KiB a buffer; zstd windows of 8 MiB, which is what the IIPC's proposal asks of
// readers. Errors: corrupt: what the library cannot read, naming file and offset; a file whose zstd
// frames
//         need a dictionary is refused by name. io: the disk.
// Thread: any, one at a time.
// Source: RFC 1952; RFC 8878 3; WARC/1.1 annex D.
// Test:   tests/unit/archive/warc_reader_test.cc, tests/conformance/archive/warc_test.cc
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "archive/disk.h"
#include "archive/record_coding.h"

namespace crawld {

class MemberReader {
  public:
    // Reads bytes [begin, end) of the file; `begin` is where a member begins.
    MemberReader(DiskFile& file, uint64_t begin, uint64_t end);
    ~MemberReader();
    MemberReader(const MemberReader&) = delete;
    MemberReader& operator=(const MemberReader&) = delete;

    // Begins the next member, the first one too. False at the end of the file. What was not read of
    // the last member must have been read.
    Result<bool> next_member();
    // Some bytes of the member; empty at its end. They live until the next call.
    Result<std::string_view> read();

    RecordCoding coding() const { return coding_; }
    uint64_t member_begin() const { return member_begin_; }
    uint64_t position() const { return offset_ - input_.size(); }  // in the file, of what is next

  private:
    struct Inflater;
    struct Unzstd;

    Status fill();
    Error broken(std::string_view what) const;
    Status detect_coding();
    Result<size_t> inflate_some();
    Result<size_t> unzstd_some();
    Status skip_extension_frames();

    DiskFile& file_;
    uint64_t offset_;  // of the next byte to be read from the disk
    uint64_t end_;
    uint64_t member_begin_;
    RecordCoding coding_ = RecordCoding::none;
    bool started_ = false;
    bool member_ended_ = true;
    std::string input_buffer_;
    std::string_view input_;
    std::string output_;
    std::unique_ptr<Inflater> inflater_;
    std::unique_ptr<Unzstd> unzstd_;
};

}  // namespace crawld
