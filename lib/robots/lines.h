// RobotsLines: the records of a robots.txt, one at a time.
//
// A file is what people upload: it may begin with a byte order mark or the remains of one, be
// UTF-16 (which only its mark tells), end lines by CR, LF or CRLF, hold NULs and any other byte.
// What is beyond kRobotsBytesMax is not read, and neither is the line that the limit cuts.
//
// Owns:   the text if it had to be converted; else the body given has to stay.
// Source: RFC 9309 2.2 (the ABNF), 2.5 (limits).
// Test:   tests/unit/robots/lines_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crawld {

inline constexpr size_t kRobotsBytesMax = 512 * 1024;

// "key : value # comment": key and value without blanks around them; both may be empty. `key` is
// as written.
struct RobotsLine {
    std::string_view key;
    std::string_view value;
    int number = 0;  // 1-based, counting every line
};

class RobotsLines {
  public:
    explicit RobotsLines(std::string_view body);
    RobotsLines(const RobotsLines&) = delete;
    RobotsLines& operator=(const RobotsLines&) = delete;

    // The next line that has a colon outside its comment; nullopt at the end. Views die with this.
    std::optional<RobotsLine> next();

  private:
    std::string_view next_line();

    std::string converted_;
    std::string_view rest_;
    int number_ = 0;
};

}  // namespace crawld
