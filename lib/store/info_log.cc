#include "store/info_log.h"

#include <array>
#include <cstdarg>
#include <cstdio>
#include <string_view>

namespace crawld {

void InfoLog::Logv(const char* format, va_list arguments) {
    // db/db_impl/db_impl_open.cc, LogReporter: "<ignoring error> <file>: dropping N bytes; why".
    if (std::string_view(format).find("dropping") != std::string_view::npos) {
        std::array<char, 512> line{};
        va_list copy;
        va_copy(copy, arguments);
        std::vsnprintf(line.data(), line.size(), format, copy);
        va_end(copy);
        const std::lock_guard lock(mutex_);
        dropped_ = line.data();
    }
    if (file_) file_->Logv(format, arguments);
}

std::string InfoLog::dropped() const {
    const std::lock_guard lock(mutex_);
    return dropped_;
}

}  // namespace crawld
