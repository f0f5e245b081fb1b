// Bodies in each content coding, and a text to code.
#pragma once

#include <doctest/doctest.h>
#include <zlib.h>
#include <zstd.h>

#include <string>
#include <string_view>

namespace crawld::test {

// 31: gzip, 15: zlib, -15: bare deflate.
inline std::string deflated(std::string_view text, int window_bits) {
    z_stream stream{};
    REQUIRE_EQ(deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string out(deflateBound(&stream, static_cast<uLong>(text.size())) + 32, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    REQUIRE_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}
inline std::string gzipped(std::string_view text) {
    return deflated(text, 31);
}
inline std::string zstd_coded(std::string_view text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
    return out;
}
// Uncompressed meta-blocks of up to 64 KiB (RFC 7932 9.2), so that no encoder is needed here; the
// conformance tests have really compressed ones.
inline std::string brotli_coded(std::string_view text) {
    if (text.empty()) return "\x06";
    std::string out;
    for (bool first = true; !text.empty(); first = false) {
        const std::string_view piece = text.substr(0, 65536);
        text.remove_prefix(piece.size());
        uint32_t header = static_cast<uint32_t>(piece.size() - 1) << 3 | 1u << 19;
        if (first) header <<= 1;  // behind the bit that says: a window of 64 KiB
        for (int shift = 0; shift < 24; shift += 8)
            out += static_cast<char>(header >> shift);
        out += piece;
    }
    return out + "\x03";
}

inline std::string sample() {
    std::string text;
    for (int i = 0; i < 20'000; ++i)
        text += "line " + std::to_string(i * 7919) + "\n";
    return text;
}

}  // namespace crawld::test
