#include "archive/record_coding.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>

#include "base/check.h"

namespace crawld {

namespace {

// Level 6 takes twice as long for 2 % less (lib/archive/record_coding.h).
constexpr int kGzipLevel = 4;
constexpr int kZstdLevel = 3;
constexpr int kZstdFast = 1;
constexpr size_t kInputMax = 1 << 30;  // of one call: zlib counts in 32 bits

}  // namespace

std::string_view file_suffix(RecordCoding coding) {
    switch (coding) {
        case RecordCoding::none:
            return ".warc";
        case RecordCoding::gzip:
            return ".warc.gz";
        case RecordCoding::zstd:
            return ".warc.zst";
    }
    return "";
}

struct RecordCompressor::Codec {
    virtual ~Codec() = default;
    virtual void begin(size_t bytes, bool body_is_coded) = 0;
    virtual void begin_body(std::string& out) = 0;
    virtual void put(std::string_view bytes, bool last, std::string& out) = 0;
};

struct RecordCompressor::Gzip : Codec {
    Gzip() {
        constexpr int kGzipWindow = 15 + 16;  // 32 KiB, and a gzip header
        CRAWLD_CHECK(deflateInit2(&stream, kGzipLevel, Z_DEFLATED, kGzipWindow, 8,
                                  Z_DEFAULT_STRATEGY) == Z_OK);
    }
    ~Gzip() override { deflateEnd(&stream); }
    Gzip(const Gzip&) = delete;
    Gzip& operator=(const Gzip&) = delete;

    void begin(size_t, bool body_is_coded) override {
        store_body = body_is_coded;
        CRAWLD_CHECK(deflateReset(&stream) == Z_OK);
        CRAWLD_CHECK(deflateParams(&stream, kGzipLevel, Z_DEFAULT_STRATEGY) == Z_OK);
    }
    // From here on bytes are stored as they are.
    void begin_body(std::string& out) override {
        if (!store_body) return;
        stream.avail_in = 0;
        int result = Z_OK;
        do {
            result = with_room(out, [&] { return deflateParams(&stream, 0, Z_DEFAULT_STRATEGY); });
        } while (result == Z_BUF_ERROR);
        CRAWLD_CHECK(result == Z_OK);
    }
    void put(std::string_view bytes, bool last, std::string& out) override {
        do {
            const std::string_view piece = bytes.substr(0, kInputMax);
            bytes.remove_prefix(piece.size());
            stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
            stream.avail_in = static_cast<uInt>(piece.size());
            deflate_piece(last && bytes.empty(), out);
        } while (!bytes.empty());
    }
    void deflate_piece(bool last, std::string& out) {
        int result = Z_OK;
        do {
            result = with_room(out, [&] { return deflate(&stream, last ? Z_FINISH : Z_NO_FLUSH); });
            CRAWLD_CHECK(result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR);
        } while (stream.avail_out == 0 || (last && result != Z_STREAM_END));
    }
    template <class Call>
    int with_room(std::string& out, Call call) {
        const size_t size = out.size();
        const size_t room = std::max<size_t>(stream.avail_in / 4, 4096);
        out.resize(size + room);
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + size);
        stream.avail_out = static_cast<uInt>(room);
        const int result = call();
        out.resize(size + room - stream.avail_out);
        return result;
    }

    z_stream stream{};
    bool store_body = false;
};

struct RecordCompressor::Zstd : Codec {
    Zstd() : context(ZSTD_createCCtx()) {
        CRAWLD_CHECK(context != nullptr);
        set(ZSTD_c_checksumFlag, 1);
    }
    void set(ZSTD_cParameter parameter, int value) {
        CRAWLD_CHECK(!ZSTD_isError(ZSTD_CCtx_setParameter(context.get(), parameter, value)));
    }
    void begin(size_t bytes, bool body_is_coded) override {
        CRAWLD_CHECK(!ZSTD_isError(ZSTD_CCtx_reset(context.get(), ZSTD_reset_session_only)));
        set(ZSTD_c_compressionLevel, body_is_coded ? kZstdFast : kZstdLevel);
        CRAWLD_CHECK(!ZSTD_isError(ZSTD_CCtx_setPledgedSrcSize(context.get(), bytes)));
    }
    void begin_body(std::string&) override {}
    void put(std::string_view bytes, bool last, std::string& out) override {
        ZSTD_inBuffer in = {bytes.data(), bytes.size(), 0};
        const ZSTD_EndDirective mode = last ? ZSTD_e_end : ZSTD_e_continue;
        for (bool done = false; !done;) {
            const size_t size = out.size();
            const size_t room = std::max<size_t>((in.size - in.pos) / 4, 4096);
            out.resize(size + room);
            ZSTD_outBuffer piece = {out.data() + size, room, 0};
            const size_t left = ZSTD_compressStream2(context.get(), &piece, &in, mode);
            CRAWLD_CHECK(!ZSTD_isError(left));
            out.resize(size + piece.pos);
            done = last ? left == 0 : in.pos == in.size;
        }
    }

    struct Free {
        void operator()(ZSTD_CCtx* held) const { ZSTD_freeCCtx(held); }
    };
    std::unique_ptr<ZSTD_CCtx, Free> context;
};

RecordCompressor::RecordCompressor(RecordCoding coding) {
    if (coding == RecordCoding::gzip) codec_ = std::make_unique<Gzip>();
    if (coding == RecordCoding::zstd) codec_ = std::make_unique<Zstd>();
}
RecordCompressor::~RecordCompressor() = default;

std::string RecordCompressor::compress(const Record& record, bool body_is_coded) {
    if (!codec_) return record.bytes();
    std::string out;
    codec_->begin(record.text.size() + record.body.size() + kRecordEnd.size(), body_is_coded);
    codec_->put(record.text, false, out);
    codec_->begin_body(out);
    codec_->put(record.body, false, out);
    codec_->put(kRecordEnd, true, out);
    return out;
}

}  // namespace crawld
