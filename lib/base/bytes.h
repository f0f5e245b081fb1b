// Big-endian encoding for keys (so that byte order is number order) and values.
//
// Errors: ByteReader never reads past its end; a short read sets failed() and yields zero.
// Test:   tests/unit/base/bytes_test.cc
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace crawld {

template <int kBytes>
void put_be(std::string& out, uint64_t value) {
    static_assert(kBytes >= 1 && kBytes <= 8);
    for (int shift = (kBytes - 1) * 8; shift >= 0; shift -= 8)
        out.push_back(static_cast<char>(value >> shift));
}
inline void put_u8(std::string& out, uint8_t v) {
    put_be<1>(out, v);
}
inline void put_u16(std::string& out, uint16_t v) {
    put_be<2>(out, v);
}
inline void put_u32(std::string& out, uint32_t v) {
    put_be<4>(out, v);
}
inline void put_u64(std::string& out, uint64_t v) {
    put_be<8>(out, v);
}
void put_varint(std::string& out, uint64_t value);       // LEB128, at most 10 bytes
void put_text(std::string& out, std::string_view text);  // varint length, bytes

// Reads what the functions above wrote. Views returned point into the text given.
class ByteReader {
  public:
    explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

    uint64_t be(int bytes);
    uint8_t u8() { return static_cast<uint8_t>(be(1)); }
    uint16_t u16() { return static_cast<uint16_t>(be(2)); }
    uint32_t u32() { return static_cast<uint32_t>(be(4)); }
    uint64_t u64() { return be(8); }
    uint64_t varint();
    std::string_view text();

    bool failed() const { return failed_; }
    bool at_end() const { return rest_.empty(); }
    std::string_view rest() const { return rest_; }

  private:
    std::string_view rest_;
    bool failed_ = false;
};

}  // namespace crawld
