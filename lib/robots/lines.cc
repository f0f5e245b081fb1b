#include "robots/lines.h"

#include "url/utf8.h"

namespace crawld {

namespace {

constexpr char32_t kHighSurrogates = 0xD800;
constexpr char32_t kLowSurrogates = 0xDC00;
constexpr char32_t kBehindSurrogates = 0xE000;

std::string from_utf16(std::string_view bytes, bool big_endian) {
    const auto unit = [&](size_t at) {
        const auto first = static_cast<unsigned char>(bytes[at]);
        const auto second = static_cast<unsigned char>(bytes[at + 1]);
        return static_cast<char32_t>(big_endian ? first << 8 | second : second << 8 | first);
    };
    std::string out;
    for (size_t at = 0; at + 1 < bytes.size(); at += 2) {
        char32_t code_point = unit(at);
        if (code_point >= kHighSurrogates && code_point < kBehindSurrogates) {
            const char32_t low = at + 3 < bytes.size() ? unit(at + 2) : 0;
            const bool pair =
                code_point < kLowSurrogates && low >= kLowSurrogates && low < kBehindSurrogates;
            code_point =
                pair ? 0x10000 + ((code_point - kHighSurrogates) << 10) + (low - kLowSurrogates)
                     : kReplacementCharacter;
            if (pair) at += 2;
        }
        utf8_append(out, code_point);
    }
    return out;
}

// A UTF-8 byte order mark, or as much of one as is there.
std::string_view without_mark(std::string_view body) {
    for (const char byte : std::string_view("\xef\xbb\xbf")) {
        if (!body.starts_with(byte)) break;
        body.remove_prefix(1);
    }
    return body;
}

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\0';
}

std::string_view trim_blanks(std::string_view text) {
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

}  // namespace

RobotsLines::RobotsLines(std::string_view body) {
    // A body of exactly the limit may have been cut to it by whoever fetched it.
    const bool cut = body.size() >= kRobotsBytesMax;
    rest_ = body.substr(0, kRobotsBytesMax);
    const bool big_endian = rest_.starts_with("\xfe\xff");
    if (big_endian || rest_.starts_with("\xff\xfe")) {
        converted_ = from_utf16(rest_.substr(2), big_endian);
        rest_ = converted_;
    } else {
        rest_ = without_mark(rest_);
    }
    if (cut) rest_ = rest_.substr(0, rest_.find_last_of("\r\n") + 1);  // npos + 1 is 0: nothing
}

std::string_view RobotsLines::next_line() {
    const size_t end = rest_.find_first_of("\r\n");
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(line.size());
    if (rest_.starts_with("\r\n"))
        rest_.remove_prefix(2);
    else if (!rest_.empty())
        rest_.remove_prefix(1);
    ++number_;
    return line;
}

std::optional<RobotsLine> RobotsLines::next() {
    while (!rest_.empty()) {
        std::string_view line = next_line();
        line = line.substr(0, line.find('#'));
        const size_t colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        return RobotsLine{.key = trim_blanks(line.substr(0, colon)),
                          .value = trim_blanks(line.substr(colon + 1)),
                          .number = number_};
    }
    return std::nullopt;
}

}  // namespace crawld
