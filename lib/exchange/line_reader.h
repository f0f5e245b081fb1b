// LineReader: the lines of a file, a pipe or standard input, each with a bound.
//
// Owns:   the descriptor, unless it is standard input.
// Units:  a line is without its "\n" or "\r\n"; the first one without a byte order mark. What
//         stands behind the last line end is a line too.
// Errors: no_input (66) for what is not there, permission (77), io (74), each with the name.
// Bound:  a buffer of kBufferBytes. A longer line is told as its beginning, cut.
// Thread: one.
// Test:   tests/unit/exchange/line_reader_test.cc
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace crawld {

class LineReader {
  public:
    static constexpr size_t kBufferBytes = 256 * 1024;

    struct Line {
        std::string_view text;  // until the next call
        bool cut = false;
        std::string_view raw;  // as it is in the file, with its end and what `text` is without
    };

    // "-" is standard input.
    static Result<LineReader> open(const std::string& name);
    LineReader(LineReader&& other) noexcept;
    LineReader& operator=(LineReader&&) = delete;
    ~LineReader();

    // Nothing at the end.
    Result<std::optional<Line>> next();
    // What comes next, as far as one buffer holds it, at least once a line was not yet taken.
    Result<std::string_view> peek();
    uint64_t line() const { return line_; }  // the number of the last one, from 1

  private:
    LineReader(std::string name, int fd);
    Status fill();
    std::string_view rest() const { return {buffer_.get() + begin_, end_ - begin_}; }

    std::string name_;
    int fd_;
    std::unique_ptr<char[]> buffer_;
    size_t begin_ = 0;
    size_t end_ = 0;
    bool ended_ = false;     // nothing more to read
    bool skipping_ = false;  // the rest of a line that was cut
    uint64_t line_ = 0;
};

}  // namespace crawld
