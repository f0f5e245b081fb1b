// Utf8Blocks: the bytes of a file as UTF-8, block by block, with only the characters that XML 1.0
// allows: others are left out, and what is not of the encoding becomes U+FFFD.
//
// The first block tells the encoding: by its byte order mark, the header, its XML declaration; else
// it is UTF-8. A block is cut where a character surely ends. That is easy but for the legacy
// encodings of two bytes and more: there it is behind a byte below '0', which is no part of one.
// ISO-2022-JP, whose text has states, and what the standard replaces are read as UTF-8.
//
// Cost:   a block that is allowed UTF-8 already is not copied.
// Source: Encoding standard 6.1; RFC 7303 3 (header before declaration); XML 1.0 2.2 (Char).
// Test:   tests/unit/sitemap/utf8_blocks_test.cc
#pragma once

#include <string>
#include <string_view>

#include "decode/encodings.h"

namespace crawld {

class Utf8Blocks {
  public:
    explicit Utf8Blocks(std::string_view content_type) : content_type_(content_type) {}

    // Takes whole characters off the front of `bytes`; all of them if they are the last. The text
    // lives as long as those bytes, and until the next call.
    std::string_view convert(std::string_view& bytes, bool last);
    // Once a block was converted: "utf-8", "shift_jis".
    std::string_view charset() const { return encoding_->name; }

  private:
    std::string content_type_;
    const Encoding* encoding_ = nullptr;
    std::string converted_;
    std::string allowed_;
};

}  // namespace crawld
