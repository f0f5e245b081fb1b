#include "support/web/access_log.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

#include "base/check.h"

namespace crawld::web {
namespace {

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
    if (fd_ >= 0) close(fd_);
}

Status AccessLog::open(const std::string& path) {
    fd_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd_ < 0) return tl::unexpected(errno_error(errno, "cannot open " + path));
    return {};
}

void AccessLog::write(int64_t at_us, std::string_view host, std::string_view target, int status) {
    if (fd_ < 0) return;
    line_.clear();
    append_number(line_, at_us);
    line_.append(" ").append(host.empty() ? "-" : host).append(" ").append(target).append(" ");
    append_number(line_, status);
    line_ += '\n';
    for (size_t at = 0; at < line_.size();) {
        const ssize_t n = ::write(fd_, line_.data() + at, line_.size() - at);
        if (n < 0 && errno == EINTR) continue;
        CRAWLD_CHECK(n > 0);
        at += static_cast<size_t>(n);
    }
}

}  // namespace crawld::web
