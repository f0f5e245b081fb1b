#include "decode/codings.h"

#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

#include "base/check.h"

namespace crawld {
namespace {

// What all decoders share: the buffer, and the bound on what goes on to the next stage.
class Decoder : public Stage {
  public:
    Decoder(Stage& next, uint64_t bytes_max) : next_(next), bytes_left_(bytes_max) {}

  protected:
    char* buffer() { return buffer_.data(); }
    size_t buffer_size() const { return buffer_.size(); }
    Flow pass_on(size_t size) {
        const size_t fitting = static_cast<size_t>(std::min<uint64_t>(size, bytes_left_));
        bytes_left_ -= fitting;
        const Flow flow = fitting == 0 ? Flow::ok : next_.put({buffer_.data(), fitting});
        return flow == Flow::ok && fitting < size ? Flow::full : flow;
    }

  private:
    Stage& next_;
    uint64_t bytes_left_;
    std::array<char, 32 * 1024> buffer_;
};

// The part gzip and deflate have in common: one zlib stream.
class ZlibDecoder : public Decoder {
  public:
    ~ZlibDecoder() override {
        if (open_) inflateEnd(&stream_);
    }
    ZlibDecoder(const ZlibDecoder&) = delete;
    ZlibDecoder& operator=(const ZlibDecoder&) = delete;

  protected:
    using Decoder::Decoder;

    // `window_bits` also says which wrapper is expected, see zlib.h.
    void open(int window_bits) {
        CRAWLD_CHECK(inflateInit2(&stream_, window_bits) == Z_OK);
        open_ = true;
    }
    void restart() { CRAWLD_CHECK(inflateReset(&stream_) == Z_OK); }
    bool is_open() const { return open_; }
    uint64_t bytes_out() const { return stream_.total_out; }

    // Inflates from the front of `bytes` until they or the stream end.
    Flow inflate_some(std::string_view& bytes, bool& ended) {
        ended = false;
        while (!ended) {
            const size_t given = std::min<size_t>(bytes.size(), 1 << 30);
            stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
            stream_.avail_in = static_cast<uInt>(given);
            stream_.next_out = reinterpret_cast<Bytef*>(buffer());
            stream_.avail_out = static_cast<uInt>(buffer_size());
            const int result = inflate(&stream_, Z_NO_FLUSH);
            bytes.remove_prefix(given - stream_.avail_in);
            const Flow flow = pass_on(buffer_size() - stream_.avail_out);
            if (flow != Flow::ok) return flow;
            // Z_BUF_ERROR: all was read and all was written, more input is needed.
            if (result == Z_BUF_ERROR) return Flow::ok;
            if (result != Z_OK && result != Z_STREAM_END) return Flow::corrupt;
            ended = result == Z_STREAM_END;
            if (!ended && bytes.empty() && stream_.avail_out > 0) return Flow::ok;
        }
        return Flow::ok;
    }

  private:
    z_stream stream_{};
    bool open_ = false;
};

// RFC 1952 2.2: members follow one another. What comes after the last and is no member is ignored,
// as browsers do.
class GzipDecoder final : public ZlibDecoder {
  public:
    GzipDecoder(Stage& next, uint64_t bytes_max) : ZlibDecoder(next, bytes_max) { open(15 + 16); }

    Flow put(std::string_view bytes) override {
        while (!bytes.empty() && !garbage_) {
            if (between_members_) {
                between_members_ = false;
                restart();
            }
            bool ended = false;
            const Flow flow = inflate_some(bytes, ended);
            if (flow == Flow::corrupt && no_member())
                garbage_ = true;
            else if (flow != Flow::ok)
                return flow;
            if (ended) {
                any_member_ = true;
                between_members_ = true;
            }
        }
        return Flow::ok;
    }
    bool complete() const override { return garbage_ || between_members_ || no_member(); }

  private:
    // A member went before, and nothing has come of what follows it.
    bool no_member() const { return any_member_ && !between_members_ && bytes_out() == 0; }

    bool any_member_ = false;
    bool between_members_ = false;
    bool garbage_ = false;
};

// RFC 9110 8.4.1.2: the zlib format. Some servers send bare deflate data instead, as browsers know:
// the first two bytes tell.
class DeflateDecoder final : public ZlibDecoder {
  public:
    DeflateDecoder(Stage& next, uint64_t bytes_max) : ZlibDecoder(next, bytes_max) {}

    Flow put(std::string_view bytes) override {
        if (ended_) return Flow::ok;
        if (is_open()) return inflate_some(bytes, ended_);
        const size_t taken = std::min(bytes.size(), 2 - head_.size());
        head_ += bytes.substr(0, taken);
        bytes.remove_prefix(taken);
        if (head_.size() < 2) return Flow::ok;
        const unsigned int first = static_cast<uint8_t>(head_[0]);
        const unsigned int both = first << 8 | static_cast<uint8_t>(head_[1]);
        open((first & 0x0f) == Z_DEFLATED && both % 31 == 0 ? 15 : -15);
        std::string_view head = head_;
        const Flow flow = inflate_some(head, ended_);
        return flow != Flow::ok || ended_ ? flow : inflate_some(bytes, ended_);
    }
    bool complete() const override { return ended_; }

  private:
    std::string head_;
    bool ended_ = false;
};

// Brotli hands nothing on before its window is full or its input is at an end, and a few bytes may
// fill a window of 16 MiB. It allocates no more than twice what the text will have at least,
// though: one that asks for more than a text within the bound could need is beyond it already.
class BrotliMemory {
  public:
    explicit BrotliMemory(uint64_t text_bytes_max)
        : block_max_(std::max(kAlwaysAllowed, 2 * text_bytes_max) + kSlack) {}
    bool refused() const { return refused_; }

    static void* allocate(void* self, size_t size) {
        auto* memory = static_cast<BrotliMemory*>(self);
        if (size <= memory->block_max_) return std::malloc(size);
        memory->refused_ = true;
        return nullptr;
    }
    static void release(void*, void* block) { std::free(block); }

  private:
    static constexpr uint64_t kAlwaysAllowed = 4 << 20;  // the window that encoders use by default
    static constexpr uint64_t kSlack = 64 << 10;

    uint64_t block_max_;
    bool refused_ = false;
};

class BrotliDecoder final : public Decoder {
  public:
    BrotliDecoder(Stage& next, uint64_t bytes_max)
        : Decoder(next, bytes_max),
          memory_(bytes_max),
          state_(BrotliDecoderCreateInstance(BrotliMemory::allocate, BrotliMemory::release,
                                             &memory_)) {
        CRAWLD_CHECK(state_ != nullptr);
    }
    BrotliDecoder(const BrotliDecoder&) = delete;
    BrotliDecoder& operator=(const BrotliDecoder&) = delete;

    Flow put(std::string_view bytes) override {
        size_t left = bytes.size();
        const auto* in = reinterpret_cast<const uint8_t*>(bytes.data());
        while (!ended_) {
            size_t room = buffer_size();
            auto* out = reinterpret_cast<uint8_t*>(buffer());
            const auto result =
                BrotliDecoderDecompressStream(state_.get(), &left, &in, &room, &out, nullptr);
            const Flow flow = pass_on(buffer_size() - room);
            if (flow != Flow::ok) return flow;
            if (result == BROTLI_DECODER_RESULT_ERROR)
                return memory_.refused() ? Flow::full : Flow::corrupt;
            // It says so with output left, too, when that did not fit.
            if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT &&
                !BrotliDecoderHasMoreOutput(state_.get()))
                return Flow::ok;
            ended_ = result == BROTLI_DECODER_RESULT_SUCCESS;
        }
        return Flow::ok;
    }
    bool complete() const override { return ended_; }

  private:
    struct Destroy {
        void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
    };
    BrotliMemory memory_;
    std::unique_ptr<BrotliDecoderState, Destroy> state_;
    bool ended_ = false;
};

// RFC 8878 3: frames follow one another.
class ZstdDecoder final : public Decoder {
  public:
    ZstdDecoder(Stage& next, uint64_t bytes_max)
        : Decoder(next, bytes_max), stream_(ZSTD_createDStream()) {
        CRAWLD_CHECK(stream_ != nullptr);
        // RFC 9659: what is sent over HTTP needs a window of 8 MiB at most.
        constexpr int kWindowLogMax = 23;
        CRAWLD_CHECK(!ZSTD_isError(
            ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, kWindowLogMax)));
    }

    Flow put(std::string_view bytes) override {
        ZSTD_inBuffer in = {bytes.data(), bytes.size(), 0};
        bool flushing = false;
        while ((in.pos < in.size || flushing) && !garbage_) {
            ZSTD_outBuffer out = {buffer(), buffer_size(), 0};
            const size_t result = ZSTD_decompressStream(stream_.get(), &out, &in);
            if (ZSTD_isError(result)) {
                garbage_ = no_frame();
                return garbage_ ? Flow::ok : Flow::corrupt;
            }
            const Flow flow = pass_on(out.pos);
            if (flow != Flow::ok) return flow;
            flushing = result != 0 && out.pos == out.size;
            frame_empty_ = result == 0 || (frame_empty_ && out.pos == 0);
            between_frames_ = result == 0;
            any_frame_ = any_frame_ || between_frames_;
        }
        return Flow::ok;
    }
    bool complete() const override { return garbage_ || between_frames_ || no_frame(); }

  private:
    struct Free {
        void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
    };
    // A frame went before, and nothing has come of what follows it: it is ignored, as with gzip.
    bool no_frame() const { return any_frame_ && frame_empty_; }

    std::unique_ptr<ZSTD_DStream, Free> stream_;
    bool any_frame_ = false;
    bool frame_empty_ = true;
    bool between_frames_ = false;
    bool garbage_ = false;
};

}  // namespace

std::unique_ptr<Stage> make_decoder(std::string_view name, Stage& next, uint64_t bytes_max) {
    if (name == "gzip" || name == "x-gzip") return std::make_unique<GzipDecoder>(next, bytes_max);
    if (name == "deflate") return std::make_unique<DeflateDecoder>(next, bytes_max);
    if (name == "br") return std::make_unique<BrotliDecoder>(next, bytes_max);
    if (name == "zstd") return std::make_unique<ZstdDecoder>(next, bytes_max);
    return nullptr;
}

}  // namespace crawld
