#include "exchange/line_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace crawld {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

Error input_error(int error_number, const std::string& name) {
    Error error = errno_error(error_number, "cannot read " + name);
    if (error_number == ENOENT || error_number == ENOTDIR) error.code = ErrorCode::no_input;
    if (error_number == EISDIR) error.code = ErrorCode::no_input;
    return error;
}

}  // namespace

LineReader::LineReader(std::string name, int fd)
    : name_(std::move(name)), fd_(fd), buffer_(std::make_unique<char[]>(kBufferBytes)) {}

LineReader::LineReader(LineReader&& other) noexcept
    : name_(std::move(other.name_)),
      fd_(std::exchange(other.fd_, -1)),
      buffer_(std::move(other.buffer_)),
      begin_(other.begin_),
      end_(other.end_),
      ended_(other.ended_),
      skipping_(other.skipping_),
      line_(other.line_) {}

LineReader::~LineReader() {
    if (fd_ > STDIN_FILENO) ::close(fd_);
}

Result<LineReader> LineReader::open(const std::string& name) {
    if (name == "-") return LineReader("standard input", STDIN_FILENO);
    const int fd = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return tl::unexpected(input_error(errno, name));
    return LineReader(name, fd);
}

// Reads until the buffer is full or the input ends.
Status LineReader::fill() {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    while (!ended_ && end_ < kBufferBytes) {
        const ssize_t got = ::read(fd_, buffer_.get() + end_, kBufferBytes - end_);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return tl::unexpected(input_error(errno, name_));
        if (got == 0) ended_ = true;
        end_ += static_cast<size_t>(got);
    }
    return {};
}

Result<std::string_view> LineReader::peek() {
    if (auto filled = fill(); !filled) return tl::unexpected(filled.error());
    return rest();
}

Result<std::optional<LineReader::Line>> LineReader::next() {
    for (;;) {
        size_t size = rest().find('\n');
        if (size == std::string_view::npos && !ended_) {
            if (auto filled = fill(); !filled) return tl::unexpected(filled.error());
            size = rest().find('\n');
        }
        const bool whole = size != std::string_view::npos || ended_;
        const std::string_view raw =
            rest().substr(0, size == std::string_view::npos ? size : size + 1);
        std::string_view text = rest().substr(0, size);
        const bool at_end = text.empty() && size == std::string_view::npos;
        begin_ += raw.size();
        if (std::exchange(skipping_, !whole)) {
            if (at_end) return std::optional<Line>();
            continue;
        }
        if (at_end) return std::optional<Line>();
        if (line_++ == 0 && text.starts_with(kByteOrderMark))
            text.remove_prefix(kByteOrderMark.size());
        if (whole && text.ends_with('\r')) text.remove_suffix(1);
        return std::optional<Line>(Line{.text = text, .cut = !whole, .raw = raw});
    }
}

}  // namespace crawld
