// The two places a line can go. spdlog does the writing; nothing outside the .cc sees it.
//
// Thread: one at a time each; Log holds a mutex for each.
// Errors: append() returns false when the bytes are not (all) in the file.
// Test:   tests/unit/log/log_test.cc
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace crawld {

// A file that only grows. Whole lines in, whole lines out.
class LineFile {
  public:
    // Creates the file and missing directories.
    static Result<LineFile> open(const std::string& path);
    ~LineFile();
    LineFile(LineFile&&) noexcept;
    LineFile& operator=(LineFile&&) noexcept;

    // `lines` ends in a newline. When this returns the kernel has them, or false.
    bool append(std::string_view lines);

  private:
    LineFile();
    struct State;
    std::unique_ptr<State> state_;
};

// The process's stderr, a line at a time, flushed. What the other end does with it is unknowable.
class StderrLines {
  public:
    StderrLines();
    ~StderrLines();
    void append(std::string_view line);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace crawld
