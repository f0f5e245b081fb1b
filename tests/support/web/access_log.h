// AccessLog: one line a request, "microseconds host target status", for oracles that check what a
// crawler did from the server's side.
//
// Units:  CLOCK_BOOTTIME in microseconds, when the request's bytes were read. A line is in the file
//         before its response is sent: what a client has was told.
// Errors: a line that cannot be written ends the program: a test must not trust half a log.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace crawld::web {

int64_t boottime_us();

class AccessLog {
  public:
    AccessLog() = default;
    ~AccessLog();
    AccessLog(const AccessLog&) = delete;
    AccessLog& operator=(const AccessLog&) = delete;

    Status open(const std::string& path);
    bool is_open() const { return fd_ >= 0; }
    void write(int64_t at_us, std::string_view host, std::string_view target, int status);

  private:
    int fd_ = -1;
    std::string line_;
};

}  // namespace crawld::web
