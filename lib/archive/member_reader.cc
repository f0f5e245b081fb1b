#include "archive/member_reader.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace crawld {

namespace {

constexpr size_t kBufferBytes = 64 << 10;
constexpr int kZstdWindowLogMax = 23;
constexpr size_t kMagicBytes = 4;
constexpr uint32_t kDictionaryFrame = 0x184D2A5D;

uint32_t little_endian(std::string_view bytes) {
    uint32_t value = 0;
    for (size_t i = kMagicBytes; i-- > 0;)
        value = value << 8 | static_cast<uint8_t>(bytes[i]);
    return value;
}
bool is_skippable(uint32_t magic) {
    return (magic & 0xFFFFFFF0u) == ZSTD_MAGIC_SKIPPABLE_START;
}

}  // namespace

struct MemberReader::Inflater {
    Inflater() { CRAWLD_CHECK(inflateInit2(&stream, 15 + 16) == Z_OK); }
    ~Inflater() { inflateEnd(&stream); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
    z_stream stream{};
};

struct MemberReader::Unzstd {
    Unzstd() : stream(ZSTD_createDStream()) {
        CRAWLD_CHECK(stream != nullptr);
        CRAWLD_CHECK(!ZSTD_isError(
            ZSTD_DCtx_setParameter(stream.get(), ZSTD_d_windowLogMax, kZstdWindowLogMax)));
    }
    struct Free {
        void operator()(ZSTD_DStream* held) const { ZSTD_freeDStream(held); }
    };
    std::unique_ptr<ZSTD_DStream, Free> stream;
};

MemberReader::MemberReader(DiskFile& file, uint64_t begin, uint64_t end)
    : file_(file),
      offset_(begin),
      end_(end),
      member_begin_(begin),
      input_buffer_(kBufferBytes, '\0'),
      output_(kBufferBytes, '\0') {}
MemberReader::~MemberReader() = default;

Error MemberReader::broken(std::string_view what) const {
    return {ErrorCode::corrupt, "the archive file " + file_.path() + " is damaged: at byte " +
                                    std::to_string(position()) + " " + std::string(what)};
}

// Afterwards there is input, or the file is at its end. What is left of the last piece stays.
Status MemberReader::fill() {
    std::copy(input_.begin(), input_.end(), input_buffer_.begin());
    const size_t held = input_.size();
    const auto wanted =
        static_cast<size_t>(std::min<uint64_t>(kBufferBytes - held, end_ - offset_));
    const auto got = file_.read(offset_, std::span(input_buffer_).subspan(held, wanted));
    if (!got) return tl::unexpected(got.error().error);
    offset_ += *got;
    if (*got < wanted) end_ = offset_;
    input_ = std::string_view(input_buffer_).substr(0, held + *got);
    return {};
}

Status MemberReader::detect_coding() {
    started_ = true;
    if (auto filled = fill(); !filled) return filled;
    if (input_.starts_with("\x1f\x8b")) {
        coding_ = RecordCoding::gzip;
        inflater_ = std::make_unique<Inflater>();
    } else if (input_.size() >= kMagicBytes &&
               (little_endian(input_) == ZSTD_MAGICNUMBER || is_skippable(little_endian(input_)))) {
        coding_ = RecordCoding::zstd;
        unzstd_ = std::make_unique<Unzstd>();
    }
    return {};
}

// A proposal of the IIPC lets anything lie between the frames, which is passed over.
Status MemberReader::skip_extension_frames() {
    constexpr size_t kFrameHeader = 8;
    for (;;) {
        if (input_.size() < kFrameHeader)
            if (auto filled = fill(); !filled) return filled;
        if (input_.size() < kMagicBytes || !is_skippable(little_endian(input_))) return {};
        if (input_.size() < kFrameHeader) return tl::unexpected(broken("a frame is cut"));
        if (little_endian(input_) == kDictionaryFrame)
            return fail(ErrorCode::corrupt, "the archive file " + file_.path() +
                                                " is compressed with a zstd dictionary, which "
                                                "cannot be read here");
        uint64_t left = kFrameHeader + uint64_t{little_endian(input_.substr(kMagicBytes))};
        while (left > 0) {
            if (input_.empty())
                if (auto filled = fill(); !filled) return filled;
            if (input_.empty()) return tl::unexpected(broken("a frame is cut"));
            const auto skipped = static_cast<size_t>(std::min<uint64_t>(left, input_.size()));
            input_.remove_prefix(skipped);
            left -= skipped;
        }
    }
}

Result<bool> MemberReader::next_member() {
    CRAWLD_CHECK(member_ended_);
    if (!started_) {
        if (auto detected = detect_coding(); !detected) return tl::unexpected(detected.error());
    }
    if (coding_ == RecordCoding::zstd) {
        if (auto skipped = skip_extension_frames(); !skipped)
            return tl::unexpected(skipped.error());
    }
    if (input_.size() < kMagicBytes)
        if (auto filled = fill(); !filled) return tl::unexpected(filled.error());
    member_begin_ = position();
    if (input_.empty()) return false;
    member_ended_ = false;
    if (coding_ == RecordCoding::gzip) {
        if (!input_.starts_with("\x1f\x8b")) return tl::unexpected(broken("no gzip member begins"));
        CRAWLD_CHECK(inflateReset(&inflater_->stream) == Z_OK);
    }
    if (coding_ == RecordCoding::zstd) {
        if (input_.size() < kMagicBytes || little_endian(input_) != ZSTD_MAGICNUMBER)
            return tl::unexpected(broken("no zstd frame begins"));
        CRAWLD_CHECK(
            !ZSTD_isError(ZSTD_DCtx_reset(unzstd_->stream.get(), ZSTD_reset_session_only)));
    }
    return true;
}

Result<size_t> MemberReader::inflate_some() {
    z_stream& stream = inflater_->stream;
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input_.data()));
    stream.avail_in = static_cast<uInt>(input_.size());
    stream.next_out = reinterpret_cast<Bytef*>(output_.data());
    stream.avail_out = static_cast<uInt>(output_.size());
    const int result = inflate(&stream, Z_NO_FLUSH);
    input_.remove_prefix(input_.size() - stream.avail_in);
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
        return tl::unexpected(
            broken("the gzip member of byte " + std::to_string(member_begin_) + " cannot be read"));
    member_ended_ = result == Z_STREAM_END;
    return output_.size() - stream.avail_out;
}

Result<size_t> MemberReader::unzstd_some() {
    ZSTD_inBuffer in = {input_.data(), input_.size(), 0};
    ZSTD_outBuffer out = {output_.data(), output_.size(), 0};
    const size_t result = ZSTD_decompressStream(unzstd_->stream.get(), &out, &in);
    input_.remove_prefix(in.pos);
    if (ZSTD_isError(result))
        return tl::unexpected(broken("the zstd frame of byte " + std::to_string(member_begin_) +
                                     " cannot be read: " + ZSTD_getErrorName(result)));
    member_ended_ = result == 0;
    return out.pos;
}

Result<std::string_view> MemberReader::read() {
    while (!member_ended_) {
        if (input_.empty())
            if (auto filled = fill(); !filled) return tl::unexpected(filled.error());
        const bool at_end = input_.empty();
        if (coding_ == RecordCoding::none) {
            member_ended_ = at_end;
            return std::exchange(input_, {});
        }
        // The library may hold output back that did not fit the buffer, so it is asked without
        // input too.
        const auto got = coding_ == RecordCoding::gzip ? inflate_some() : unzstd_some();
        if (!got) return tl::unexpected(got.error());
        if (*got > 0) return std::string_view(output_).substr(0, *got);
        if (at_end && !member_ended_)
            return tl::unexpected(broken("the file ends inside of the member of byte " +
                                         std::to_string(member_begin_)));
    }
    return std::string_view();
}

}  // namespace crawld
