// InfoLog: RocksDB's own log, without the pages of settings it writes at every start, and a memory
// for the one thing that RocksDB tells only there: which write-ahead log has a bad record.
//
// The file is not RocksDB's own logger's: after a line that found the disk full, that one fails an
// assertion of Debian's build at the next (util/env_logger.h over file/writable_file_writer.h).
//
// Bound:  1 MiB in the file, and as much in the one before it (NAME.old).
// Errors: none. A line that cannot be written is lost; what it tells of comes as a status too.
// Thread: any.
// Test:   tests/unit/store/info_log_test.cc, damage_test.cc
#pragma once

#include <rocksdb/env.h>

#include <fstream>
#include <mutex>
#include <string>
#include <string_view>

namespace crawld {

class InfoLog : public rocksdb::Logger {
  public:
    InfoLog() : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL) {}  // nothing is written
    // Appends to the file `path`, with times of `env`, which outlives it.
    InfoLog(rocksdb::Env& env, std::string path);

    using rocksdb::Logger::Logv;
    void Logv(const char* format, va_list arguments) override;
    void LogHeader(const char*, va_list) override {}

    std::string dropped() const;  // the last line about dropped bytes, or empty

  private:
    void append(std::string_view message);

    rocksdb::Env* env_ = nullptr;
    std::string path_;
    mutable std::mutex mutex_;
    std::ofstream file_;
    std::string dropped_;
};

}  // namespace crawld
