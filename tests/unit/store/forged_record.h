// Records of a write-ahead log as anybody can make them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace crawld {

inline uint32_t masked_crc32c(std::string_view bytes) {
    uint32_t crc = UINT32_MAX;
    for (const char c : bytes) {
        crc ^= static_cast<uint8_t>(c);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78 : 0);
    }
    crc = ~crc;
    return ((crc >> 15) | (crc << 17)) + 0xa282ead8;
}

inline void put_little(std::string& log, size_t at, uint64_t value, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i)
        log[at + i] = static_cast<char>(value >> (8 * i));
}

// A whole batch of so many operations, with any content.
inline std::string forged_record(uint64_t number, uint32_t count, std::string_view content) {
    std::string record(7 + 12, '\0');
    put_little(record, 7, number, 8);
    put_little(record, 15, count, 4);
    record += content;
    put_little(record, 4, record.size() - 7, 2);
    record[6] = 1;
    put_little(record, 0, masked_crc32c(std::string_view(record).substr(6)), 4);
    return record;
}

}  // namespace crawld
