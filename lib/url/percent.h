// Percent-encoding: the standard's encode sets, and the one form of an escape in canonical URLs.
//
// Bytes above 0x7E are in every set, so UTF-8 is encoded byte by byte.
// Source: https://url.spec.whatwg.org, 1.3 (percent-encoded bytes); RFC 3986 2.3 and 6.2.2.
// Test:   tests/unit/url/percent_test.cc
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/text.h"

namespace crawld {

// A set of bytes, made at compile time.
class ByteSet {
  public:
    constexpr ByteSet() = default;
    constexpr ByteSet with(std::string_view bytes) const {
        ByteSet out = *this;
        for (const char c : bytes)
            out.has_[static_cast<uint8_t>(c)] = true;
        return out;
    }
    // From `first` to `last`, both included.
    constexpr ByteSet with_range(uint8_t first, uint8_t last) const {
        ByteSet out = *this;
        for (size_t byte = first; byte <= last; ++byte)
            out.has_[byte] = true;
        return out;
    }
    constexpr bool has(char c) const { return has_[static_cast<uint8_t>(c)]; }

  private:
    std::array<bool, 256> has_{};
};

inline constexpr ByteSet kC0ControlSet = ByteSet().with_range(0x00, 0x1F).with_range(0x7F, 0xFF);
inline constexpr ByteSet kFragmentSet = kC0ControlSet.with(" \"<>`");
inline constexpr ByteSet kQuerySet = kC0ControlSet.with(" \"#<>");
inline constexpr ByteSet kSpecialQuerySet = kQuerySet.with("'");
inline constexpr ByteSet kPathSet = kQuerySet.with("?^`{}");
inline constexpr ByteSet kUserinfoSet = kPathSet.with("/:;=@[\\]|");

// RFC 3986 2.3: whether one of these is escaped or not makes no difference to any server.
constexpr bool is_unreserved(char c) {
    return is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

void append_escape(std::string& out, char byte);  // "%0A"
void percent_encode(std::string& out, std::string_view text, const ByteSet& set);
std::string percent_decode(std::string_view text);

// `text` begins with '%'. Appends the canonical form of what begins there and returns how many
// bytes of `text` it stood for: an escaped unreserved character is decoded, another escape gets
// upper-case digits, and a '%' that begins no escape becomes "%25".
size_t append_canonical_escape(std::string& out, std::string_view text);
// A whole path or query in that form. Idempotent.
void append_canonical(std::string& out, std::string_view text);

}  // namespace crawld
