// Text as UTF-8, written in pieces: what decoders write into.
#pragma once

#include <array>
#include <cstring>
#include <string>
#include <string_view>

#include "url/utf8.h"

namespace crawld {

class Utf8Writer {
  public:
    explicit Utf8Writer(size_t bytes_expected) { out_.reserve(bytes_expected); }

    void ascii(std::string_view text) {
        if (text.size() > piece_.size() - size_) flush();
        if (text.size() > piece_.size()) {
            out_.append(text);
            return;
        }
        std::memcpy(piece_.data() + size_, text.data(), text.size());
        size_ += text.size();
    }
    void put(char32_t c) {
        if (piece_.size() - size_ < 4) flush();
        char* at = piece_.data() + size_;
        if (c < 0x80) {
            *at++ = static_cast<char>(c);
        } else if (c < 0x800) {
            *at++ = static_cast<char>(0xC0 | c >> 6);
            *at++ = static_cast<char>(0x80 | (c & 0x3F));
        } else if (c < 0x10000) {
            *at++ = static_cast<char>(0xE0 | c >> 12);
            *at++ = static_cast<char>(0x80 | (c >> 6 & 0x3F));
            *at++ = static_cast<char>(0x80 | (c & 0x3F));
        } else {
            *at++ = static_cast<char>(0xF0 | c >> 18);
            *at++ = static_cast<char>(0x80 | (c >> 12 & 0x3F));
            *at++ = static_cast<char>(0x80 | (c >> 6 & 0x3F));
            *at++ = static_cast<char>(0x80 | (c & 0x3F));
        }
        size_ = static_cast<size_t>(at - piece_.data());
    }
    void error() { put(kReplacementCharacter); }
    // `c`, or an error if it is 0.
    void put_or_error(char32_t c) { put(c == 0 ? kReplacementCharacter : c); }

    std::string take() {
        flush();
        return std::move(out_);
    }

  private:
    void flush() {
        out_.append(piece_.data(), size_);
        size_ = 0;
    }

    std::string out_;
    std::array<char, 4096> piece_;
    size_t size_ = 0;
};

}  // namespace crawld
