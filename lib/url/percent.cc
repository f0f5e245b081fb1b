#include "url/percent.h"

namespace crawld {

namespace {

// The byte that an escape at the start of `text` stands for, or -1.
int escaped_byte(std::string_view text) {
    if (text.size() < 3 || text[0] != '%') return -1;
    const int high = hex_value(text[1]);
    const int low = hex_value(text[2]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

}  // namespace

void append_escape(std::string& out, char byte) {
    constexpr char kDigits[] = "0123456789ABCDEF";
    const auto value = static_cast<uint8_t>(byte);
    const char escape[] = {'%', kDigits[value >> 4], kDigits[value & 0xF]};
    out.append(escape, sizeof(escape));
}

void percent_encode(std::string& out, std::string_view text, const ByteSet& set) {
    while (!text.empty()) {
        const size_t plain = span_of(text, [&](char c) { return !set.has(c); });
        out.append(text.substr(0, plain));
        text.remove_prefix(plain);
        if (text.empty()) return;
        append_escape(out, text.front());
        text.remove_prefix(1);
    }
}

std::string percent_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const int byte = escaped_byte(text);
        out.push_back(byte < 0 ? text.front() : static_cast<char>(byte));
        text.remove_prefix(byte < 0 ? 1 : 3);
    }
    return out;
}

size_t append_canonical_escape(std::string& out, std::string_view text) {
    const int byte = escaped_byte(text);
    if (byte < 0) {
        out.append("%25");
        return 1;
    }
    const char c = static_cast<char>(byte);
    if (is_unreserved(c)) {
        out.push_back(c);
    } else {
        append_escape(out, c);
    }
    return 3;
}

void append_canonical(std::string& out, std::string_view text) {
    for (;;) {
        const size_t percent = text.find('%');
        out.append(text.substr(0, percent));
        if (percent == std::string_view::npos) return;
        text.remove_prefix(percent);
        text.remove_prefix(append_canonical_escape(out, text));
    }
}

}  // namespace crawld
