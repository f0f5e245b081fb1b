#include "support/web/access_log.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

#include "base/check.h"

namespace crawld::web {
namespace {

constexpr size_t kBufferBytes = 256 << 10;
constexpr int64_t kLagUs = 100'000;  // how far the file is behind while requests come in

void append_number(std::string& out, int64_t value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, end);
}

}  // namespace

int64_t boottime_us() {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
}

AccessLog::~AccessLog() {
    if (fd_ < 0) return;
    flush();
    close(fd_);
}

Status AccessLog::open(const std::string& path) {
    fd_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd_ < 0) return tl::unexpected(errno_error(errno, "cannot open " + path));
    buffer_.reserve(kBufferBytes + 4096);
    return {};
}

void AccessLog::write(int64_t at_us, std::string_view host, std::string_view target, int status) {
    if (fd_ < 0) return;
    append_number(buffer_, at_us);
    buffer_ += ' ';
    buffer_ += host.empty() ? "-" : host;
    buffer_ += ' ';
    buffer_ += target;
    buffer_ += ' ';
    append_number(buffer_, status);
    buffer_ += '\n';
    if (buffer_.size() < kBufferBytes && at_us - flushed_us_ < kLagUs) return;
    flush();
    flushed_us_ = at_us;
}

void AccessLog::flush() {
    size_t at = 0;
    while (at < buffer_.size()) {
        const ssize_t n = ::write(fd_, buffer_.data() + at, buffer_.size() - at);
        if (n < 0 && errno == EINTR) continue;
        CRAWLD_CHECK(n > 0);
        at += static_cast<size_t>(n);
    }
    buffer_.clear();
}

}  // namespace crawld::web
