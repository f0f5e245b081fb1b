// Content codings to plain bytes, and plain bytes to UTF-8, both under caps.
//
// How things move in this folder: a raw body and its Content-Encoding go in, decoded bytes come
// out with a verdict (decode_body); then the charset is found by BOM, header, meta prescan, and
// last UTF-8 if valid, else windows-1252, and the text is converted (to_utf8).
// Errors: never fatal: what could be decoded is kept and DecodeVerdict says what was wrong.
// Thread: any (workers).
// Source: RFC 9110 8.4; WHATWG Encoding; WHATWG HTML 13.2.3.2 (prescan).
// Test:   tests/unit/decode/, tests/conformance/decode/
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/fields.h"

namespace crawld {

enum class DecodeVerdict : uint8_t {
    whole,      // everything decoded, trailer checked
    truncated,  // the coded stream ends early; `bytes` has what came
    corrupt,    // broken in the middle or a wrong checksum; `bytes` has what came before
    capped,     // bytes_max or the ratio was reached; `bytes` has what came before
    unknown,    // a coding we do not know, or more than two stacked; `bytes` is empty
};
constexpr std::array<std::string_view, 5> enum_names(DecodeVerdict) {
    return {"whole", "truncated", "corrupt", "capped", "unknown"};
}

struct DecodeLimits {
    uint64_t bytes_max = 16 << 20;
    uint32_t ratio_max = 100;  // decoded : coded so far, enforced once ratio_after bytes came out
    uint64_t ratio_after = 1 << 20;
    int codings_max = 2;
};

struct Decoded {
    std::string bytes;
    DecodeVerdict verdict = DecodeVerdict::whole;
    std::string detail;
};

// `content_encoding` is the header's value ("gzip", "br, gzip", "identity", ""). gzip (with
// concatenated members, garbage after the last member is accepted), x-gzip, deflate (zlib and raw),
// br, zstd. With no coding the body is moved through.
Decoded decode_body(std::string raw, std::string_view content_encoding, const DecodeLimits& limits);

// The same for who needs no more than a piece at a time: `take` gets them as they are decoded.
struct DecodeEnding {
    DecodeVerdict verdict = DecodeVerdict::whole;
    std::string detail{};
    uint64_t bytes = 0;  // that were taken
};
DecodeEnding decode_in_pieces(std::string_view raw, std::string_view content_encoding,
                              const DecodeLimits& limits,
                              const std::function<void(std::string_view)>& take);

struct Utf8Text {
    std::string text;     // valid UTF-8
    std::string charset;  // WHATWG name in lower case: "utf-8", "windows-1252", "shift_jis"
};
// `content_type` is of all such headers, joined by commas. `bytes` is moved through when it is
// valid UTF-8 already.
Utf8Text to_utf8(std::string bytes, std::string_view content_type);

// "text/html" (lower case, without parameters) of all Content-Type headers; empty if it is not one.
std::string mime_essence(std::string_view content_type);

}  // namespace crawld
