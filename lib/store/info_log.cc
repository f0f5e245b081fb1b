#include "store/info_log.h"

#include <array>
#include <cstdarg>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "base/time.h"

namespace crawld {

namespace {

constexpr std::streamoff kBytesMax = 1 << 20;
// At its end from the start, so that its place tells its size.
constexpr auto kAppend = std::ios::app | std::ios::ate;

}  // namespace

InfoLog::InfoLog(rocksdb::Env& env, std::string path)
    : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL),
      env_(&env),
      path_(std::move(path)),
      file_(path_, kAppend) {}

void InfoLog::Logv(const char* format, va_list arguments) {
    std::array<char, 1024> line{};
    std::vsnprintf(line.data(), line.size(), format, arguments);
    const std::string_view message = line.data();
    const std::lock_guard lock(mutex_);
    // db/db_impl/db_impl_open.cc, LogReporter: "<ignoring error> <file>: dropping N bytes; why".
    if (std::string_view(format).find("dropping") != std::string_view::npos) dropped_ = message;
    if (env_ != nullptr) append(message);
}

void InfoLog::append(std::string_view message) {
    file_.clear();
    if (file_.tellp() >= kBytesMax) {
        std::error_code ignored;
        std::filesystem::rename(path_, path_ + ".old", ignored);
        file_.close();
        file_.open(path_, kAppend);
    }
    file_ << to_rfc3339(wall_from_us(static_cast<int64_t>(env_->NowMicros()))) << ' ' << message
          << std::endl;
}

std::string InfoLog::dropped() const {
    const std::lock_guard lock(mutex_);
    return dropped_;
}

}  // namespace crawld
