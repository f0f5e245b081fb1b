// InfoLog: RocksDB's own log, without the pages of settings it writes at every start, and a memory
// for the one thing that RocksDB tells only there: which write-ahead log has a bad record.
//
// Thread: any.
// Test:   tests/unit/store/damage_test.cc
#pragma once

#include <rocksdb/env.h>

#include <memory>
#include <mutex>
#include <string>

namespace crawld {

class InfoLog : public rocksdb::Logger {
  public:
    // `file` may be null: then nothing is written.
    explicit InfoLog(std::shared_ptr<rocksdb::Logger> file)
        : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL), file_(std::move(file)) {}

    using rocksdb::Logger::Logv;
    void Logv(const char* format, va_list arguments) override;
    void LogHeader(const char*, va_list) override {}

    std::string dropped() const;  // the last line about dropped bytes, or empty

  private:
    std::shared_ptr<rocksdb::Logger> file_;
    mutable std::mutex mutex_;
    std::string dropped_;
};

}  // namespace crawld
