#include "base/bytes.h"

namespace crawld {

void put_varint(std::string& out, uint64_t value) {
    while (value >= 0x80) {
        out.push_back(static_cast<char>(value | 0x80));
        value >>= 7;
    }
    out.push_back(static_cast<char>(value));
}

void put_text(std::string& out, std::string_view text) {
    put_varint(out, text.size());
    out.append(text);
}

uint64_t ByteReader::be(int bytes) {
    if (rest_.size() < static_cast<size_t>(bytes)) {
        failed_ = true;
        rest_ = {};
        return 0;
    }
    uint64_t value = 0;
    for (int i = 0; i < bytes; ++i)
        value = value << 8 | static_cast<uint8_t>(rest_[static_cast<size_t>(i)]);
    rest_.remove_prefix(static_cast<size_t>(bytes));
    return value;
}

uint64_t ByteReader::varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        const uint8_t byte = u8();
        if (failed_) return 0;
        value |= static_cast<uint64_t>(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) return value;
    }
    failed_ = true;
    return 0;
}

std::string_view ByteReader::text() {
    const uint64_t size = varint();
    if (failed_ || size > rest_.size()) {
        failed_ = true;
        rest_ = {};
        return {};
    }
    const std::string_view out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return out;
}

}  // namespace crawld
