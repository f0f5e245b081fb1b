#include "archive/warc_reader.h"

#include <algorithm>

#include "archive/block_check.h"
#include "archive/member_reader.h"
#include "archive/record.h"
#include "archive/record_coding.h"
#include "base/check.h"
#include "base/text.h"

namespace crawld {

namespace {

constexpr size_t kHeaderBytesMax = 4 * kFieldBytesMax;  // two URLs, and the rest
constexpr std::string_view kMagic = "WARC/";

bool has(const ReadRecord& record, RecordProblem problem) {
    return std::find(record.problems.begin(), record.problems.end(), problem) !=
           record.problems.end();
}

}  // namespace

struct WarcReader::State {
    State(std::unique_ptr<DiskFile> opened, uint64_t begin, uint64_t end)
        : file(std::move(opened)), members(*file, begin, end), taken(begin) {}

    // Some bytes that are next; empty at the end of the member. They stay next until taken.
    Result<std::string_view> peek() {
        if (pending.empty()) {
            auto got = members.read();
            if (!got) return got;
            pending = *got;
        }
        return pending;
    }
    void take(size_t bytes) {
        pending.remove_prefix(bytes);
        taken += bytes;
    }
    uint64_t offset() const {
        return members.coding() == RecordCoding::none ? taken : members.member_begin();
    }
    tl::unexpected<Error> damaged(std::string_view what) const {
        return fail(ErrorCode::corrupt, "the archive file " + file->path() +
                                            " is damaged: at byte " + std::to_string(offset()) +
                                            " " + std::string(what));
    }

    Result<bool> begin_record();
    Result<std::string> line(size_t bytes_max);
    Status read_header(ReadRecord& record);
    Status read_block(ReadRecord& record, const BlockSink& sink);
    Status read_end(ReadRecord& record);
    Result<bool> at_record();

    std::unique_ptr<DiskFile> file;
    MemberReader members;
    std::string_view pending;
    std::string lookahead;   // what `pending` was made of, where a line lay across two pieces
    uint64_t taken;          // of all decompressed bytes, those before the first one included
    bool in_member = false;  // one of whose records was read, and there is another
};

// With its line end; without one at the end of the member, or where it is longer than allowed.
Result<std::string> WarcReader::State::line(size_t bytes_max) {
    std::string text;
    for (;;) {
        const auto next = peek();
        if (!next) return tl::unexpected(next.error());
        if (next->empty()) return text;
        const size_t newline = next->find('\n');
        const size_t wanted = newline == next->npos ? next->size() : newline + 1;
        const size_t bytes = std::min(wanted, bytes_max - text.size());
        text += next->substr(0, bytes);
        take(bytes);
        if (text.ends_with('\n') || text.size() == bytes_max) return text;
    }
}

// Whether a record begins here: as many bytes as it takes to know that are put together.
Result<bool> WarcReader::State::at_record() {
    if (auto next = peek(); !next) return tl::unexpected(next.error());
    while (!pending.empty() && pending.size() < kMagic.size()) {
        lookahead = std::string(pending);
        const auto more = members.read();
        if (!more) return tl::unexpected(more.error());
        lookahead += *more;
        pending = lookahead;
        if (more->empty()) break;
    }
    return pending.starts_with(kMagic);
}

Result<bool> WarcReader::State::begin_record() {
    while (!in_member) {
        const auto more = members.next_member();
        if (!more || !*more) return more;
        // A frame or member may be empty.
        const auto next = peek();
        if (!next) return tl::unexpected(next.error());
        if (!next->empty()) break;
    }
    in_member = false;
    const auto begins = at_record();
    if (!begins) return begins;
    if (!*begins) return damaged("no WARC record begins");
    return true;
}

Status WarcReader::State::read_header(ReadRecord& record) {
    std::string text;
    for (bool first = true;; first = false) {
        const auto next = line(kHeaderBytesMax);
        if (!next) return tl::unexpected(next.error());
        if (next->empty()) return damaged("a record's header is cut");
        if (*next == "\r\n" || *next == "\n") break;
        if (first)  // begins so: at_record() has looked
            record.version = trim(std::string_view(*next).substr(kMagic.size()));
        else
            text += *next;
        if (text.size() > kHeaderBytesMax) return damaged("a record's header is too long");
    }
    record.fields = WarcFields::parse(text);
    const auto length = parse_uint(record.fields.find("Content-Length").value_or(""));
    if (!length) return damaged("a record does not say how long it is");
    record.block_bytes = *length;
    return {};
}

Status WarcReader::State::read_block(ReadRecord& record, const BlockSink& sink) {
    BlockCheck check(record.fields);
    uint64_t left = record.block_bytes;
    while (left > 0) {
        const auto next = peek();
        if (!next) return tl::unexpected(next.error());
        if (next->empty()) break;
        const std::string_view piece =
            next->substr(0, static_cast<size_t>(std::min<uint64_t>(left, next->size())));
        check.put(piece);
        if (sink) sink(piece);
        left -= piece.size();
        take(piece.size());
    }
    check.finish(record);
    if (left > 0) record.problems.push_back(RecordProblem::block_short);
    return {};
}

// Behind two line ends comes the next record, or the end of the member. Anything else is passed
// over, line by line.
Status WarcReader::State::read_end(ReadRecord& record) {
    const uint64_t block_end = taken;
    const bool shares = has(record, RecordProblem::shared_member);
    const bool is_short = has(record, RecordProblem::block_short);
    std::string behind;  // its first bytes
    bool at_line_begin = true;
    for (;;) {
        const auto begins = at_record();
        if (!begins) return tl::unexpected(begins.error());
        in_member = *begins && at_line_begin;
        if (in_member || pending.empty()) break;
        const auto next = line(kHeaderBytesMax);
        if (!next) return tl::unexpected(next.error());
        behind += next->substr(0, kRecordEnd.size() + 1);
        behind.resize(std::min(behind.size(), kRecordEnd.size() + 1));
        at_line_begin = next->ends_with('\n');
    }
    if (behind != kRecordEnd && !is_short) record.problems.push_back(RecordProblem::no_record_end);
    if (members.coding() == RecordCoding::none) {
        record.length = block_end - record.offset;
        return {};
    }
    record.length = members.position() - record.offset;
    if (in_member && !shares) record.problems.push_back(RecordProblem::shared_member);
    return {};
}

WarcReader::WarcReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
WarcReader::~WarcReader() = default;

Result<std::unique_ptr<WarcReader>> WarcReader::open(Disk& disk, const std::string& path,
                                                     std::optional<uint64_t> bytes,
                                                     uint64_t begin) {
    auto file = disk.open_to_read(path);
    if (!file) return tl::unexpected(file.error().error);
    const auto size = (*file)->size();
    if (!size) return tl::unexpected(size.error().error);
    if (bytes.value_or(0) > *size)
        return fail(ErrorCode::corrupt, "the archive file " + path + " has " +
                                            std::to_string(*size) + " bytes of " +
                                            std::to_string(*bytes));
    const uint64_t end = bytes.value_or(*size);
    return std::unique_ptr<WarcReader>(
        new WarcReader(std::make_unique<State>(std::move(*file), std::min(begin, end), end)));
}

Result<std::optional<ReadRecord>> WarcReader::next(const BlockSink& sink) {
    const bool shared = state_->in_member;
    const auto begun = state_->begin_record();
    if (!begun) return tl::unexpected(begun.error());
    if (!*begun) return std::optional<ReadRecord>();
    ReadRecord record;
    record.offset = state_->offset();
    if (shared && state_->members.coding() != RecordCoding::none)
        record.problems.push_back(RecordProblem::shared_member);
    if (auto read = state_->read_header(record); !read) return tl::unexpected(read.error());
    if (auto read = state_->read_block(record, sink); !read) return tl::unexpected(read.error());
    if (auto read = state_->read_end(record); !read) return tl::unexpected(read.error());
    return record;
}

uint64_t stored_bytes(std::string_view file_name, uint64_t length) {
    const bool is_text = file_name.ends_with(file_suffix(RecordCoding::none));
    return length + (is_text ? kRecordEnd.size() : 0);
}

}  // namespace crawld
