// The records of a write-ahead log, and the beginnings of the batches in them.
//
// A log is blocks of 32 KiB of records: crc u32 (CRC-32C of what follows the length, masked),
// length u16, type u8, payload. A batch is one record, or a first, middles and a last one, of which
// the first and the middles reach to the end of their blocks. A batch: sequence u64, count u32,
// then operations, each with its tag. Numbers are little-endian.
//
// Owns:   a Record points into the log.
// Thread: any.
// Source: RocksDB 7.8, db/log_format.h, db/log_writer.cc, db/write_batch.cc
// Test:   tests/unit/store/log_tail_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crawld {

// A log is durable up to these bytes, and so are all before it.
struct LogPosition {
    uint64_t log = 0;  // the number in its name
    uint64_t bytes = 0;
};

// As WriteBatch::PutLogData() of a batch, before anything else: the mark and 16 bytes.
inline constexpr std::string_view kDurableMark = "crawld: durable ";
inline constexpr size_t kLogDataBytes = kDurableMark.size() + 16;
std::string log_data(LogPosition durable);

inline constexpr size_t kBlockBytes = 32768;
inline constexpr size_t kRecordHeadBytes = 7;
inline constexpr size_t kBatchHeadBytes = 12;

uint64_t little_endian(std::string_view bytes, size_t at, size_t count);

struct Record {
    enum Type : uint8_t { full = 1, first = 2, middle = 3, last = 4 };

    uint32_t crc = 0;
    Type type = full;
    std::string_view payload;

    bool begins_batch() const { return type == full || type == first; }
    bool ends_batch() const { return type == full || type == last; }
    // Cost: goes through the payload.
    bool is_good() const;
};

// What stands there, if it has the form of one.
std::optional<Record> record_at(std::string_view log, size_t at);

// The beginning of a batch, which may lie in more than one record.
class BatchHead {
  public:
    // Whether that completes it.
    bool take(const Record& record);
    // RocksDB itself writes some, to begin a log with.
    bool is_empty() const { return count() == 0; }
    uint64_t sequence() const { return little_endian(head_, 0, 8); }
    uint64_t count() const { return little_endian(head_, 8, 4); }
    // Nothing where it does not say.
    std::optional<LogPosition> durable() const;
    // All that Store::resume() logs: the version once more. No other family has such a key.
    bool is_probe() const;

  private:
    std::string head_;
    bool missing_ = false;  // some of it
};

}  // namespace crawld
