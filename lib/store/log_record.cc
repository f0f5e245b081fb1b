#include "store/log_record.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "store/state.h"

namespace crawld {

namespace {

constexpr char kLogDataTag = 3;
constexpr char kPutTag = 5;  // then the family, and key and value with their lengths
constexpr size_t kDataBytes = 2 + kLogDataBytes;
constexpr size_t kProbeBytes = 3 + kFormatKey.size() + 1 + sizeof(kStateFormatVersion);
constexpr size_t kHeadBytes = kBatchHeadBytes + kDataBytes + kProbeBytes;

constexpr std::array<uint32_t, 256> crc_table() {
    std::array<uint32_t, 256> table{};
    for (uint32_t i = 0; i < 256; ++i) {
        uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value >> 1) ^ ((value & 1) != 0 ? 0x82f63b78 : 0);
        table[i] = value;
    }
    return table;
}

uint32_t masked_crc(uint8_t first, std::string_view bytes) {
    static constexpr auto kTable = crc_table();
    uint32_t crc = kTable[~first & 0xff] ^ (UINT32_MAX >> 8);
    for (const char c : bytes)
        crc = kTable[(crc ^ static_cast<uint8_t>(c)) & 0xff] ^ (crc >> 8);
    crc = ~crc;
    return ((crc >> 15) | (crc << 17)) + 0xa282ead8;
}

}  // namespace

uint64_t little_endian(std::string_view bytes, size_t at, size_t count) {
    uint64_t value = 0;
    for (size_t i = count; i-- > 0;)
        value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
    return value;
}

std::string log_data(LogPosition durable) {
    std::string data(kDurableMark);
    put_u64(data, durable.log);
    put_u64(data, durable.bytes);
    return data;
}

bool Record::is_good() const {
    return masked_crc(type, payload) == crc;
}

std::optional<Record> record_at(std::string_view log, size_t at) {
    const size_t block_end = (at / kBlockBytes + 1) * kBlockBytes;
    const size_t payload_at = at + kRecordHeadBytes;
    if (payload_at > std::min(log.size(), block_end)) return std::nullopt;
    const auto type = static_cast<uint8_t>(log[at + 6]);
    if (type < Record::full || type > Record::last) return std::nullopt;
    const size_t end = payload_at + little_endian(log, at + 4, 2);
    if (end > std::min(log.size(), block_end)) return std::nullopt;
    const Record record{.crc = static_cast<uint32_t>(little_endian(log, at, 4)),
                        .type = static_cast<Record::Type>(type),
                        .payload = log.substr(payload_at, end - payload_at)};
    if (!record.ends_batch() && end != block_end) return std::nullopt;
    return record;
}

bool BatchHead::take(const Record& record) {
    if (record.begins_batch()) {
        head_.clear();
        missing_ = true;
    }
    if (!missing_) return false;
    head_ += record.payload.substr(0, kHeadBytes - head_.size());
    missing_ = head_.size() < kHeadBytes && !record.ends_batch();
    return !missing_ && head_.size() >= kBatchHeadBytes;
}

std::optional<LogPosition> BatchHead::durable() const {
    const std::string_view data = std::string_view(head_).substr(kBatchHeadBytes);
    const bool says = data.size() >= kDataBytes && data[0] == kLogDataTag &&
                      static_cast<size_t>(data[1]) == kLogDataBytes &&
                      data.substr(2).starts_with(kDurableMark);
    if (!says) return std::nullopt;
    ByteReader in(data.substr(2 + kDurableMark.size()));
    const uint64_t log = in.u64();
    return LogPosition{log, in.u64()};
}

bool BatchHead::is_probe() const {
    std::string_view put = std::string_view(head_).substr(kBatchHeadBytes);
    if (durable()) put.remove_prefix(kDataBytes);
    return count() == 1 && put.size() == kProbeBytes && put[0] == kPutTag &&
           static_cast<size_t>(put[2]) == kFormatKey.size() &&
           put.substr(3).starts_with(kFormatKey);
}

}  // namespace crawld
