#include "archive/http_message.h"

#include <algorithm>

#include "base/text.h"

namespace crawld {

namespace {

constexpr std::string_view kFraming = "Transfer-Encoding";
constexpr std::string_view kRenamed = "X-Crawler-";
constexpr int kSizeDigitsMax = 15;

bool is_framing(std::string_view line) {
    const size_t colon = line.find(':');
    return colon != std::string_view::npos && iequals(trim(line.substr(0, colon)), kFraming);
}

}  // namespace

std::string archived_head(std::string_view wire) {
    std::string head;
    std::string_view end = "\r\n";
    head.reserve(wire.size() + 32);
    while (!wire.empty()) {
        const size_t newline = wire.find('\n');
        const bool whole = newline != std::string_view::npos;
        std::string_view line = wire.substr(0, newline);
        wire.remove_prefix(whole ? newline + 1 : wire.size());
        if (line.empty() || line == "\r") {
            if (whole && line.empty()) end = "\n";
            break;
        }
        if (is_framing(line)) head += kRenamed;
        head += line;
        head += whole ? "\n" : "\r\n";
    }
    return head.append(end);
}

std::optional<size_t> head_bytes(std::string_view block) {
    for (size_t at = block.find('\n'); at != std::string_view::npos; at = block.find('\n', at)) {
        ++at;
        if (block.substr(at).starts_with("\n")) return at + 1;
        if (block.substr(at).starts_with("\r\n")) return at + 2;
    }
    return std::nullopt;
}

std::string Dechunker::put(std::string_view bytes) {
    std::string content;
    while (!bytes.empty() && state_ != State::end && state_ != State::broken) {
        if (state_ != State::content) {
            take_framing(bytes.front());
            bytes.remove_prefix(1);
            continue;
        }
        const auto taken = static_cast<size_t>(std::min<uint64_t>(bytes.size(), size_));
        content += bytes.substr(0, taken);
        bytes.remove_prefix(taken);
        size_ -= taken;
        if (size_ == 0) state_ = State::content_end;
    }
    // Nothing comes behind the last chunk.
    if (!bytes.empty() && state_ == State::end) state_ = State::broken;
    return content;
}

void Dechunker::take_framing(char c) {
    switch (state_) {
        case State::size:
            take_size(c);
            break;
        case State::extension:
            if (c == '\n') end_size_line();
            break;
        case State::content_end:
            if (c == '\n')
                state_ = State::size;
            else if (c != '\r')
                state_ = State::broken;
            break;
        case State::trailers:
            if (c == '\n' && !line_has_text_) state_ = State::end;
            if (c != '\r') line_has_text_ = c != '\n';
            break;
        case State::content:
        case State::end:
        case State::broken:
            break;
    }
}

void Dechunker::take_size(char c) {
    const int digit = hex_value(c);
    if (digit >= 0 && digits_ < kSizeDigitsMax) {
        size_ = size_ * 16 + static_cast<uint64_t>(digit);
        ++digits_;
    } else if (digits_ == 0 || digit >= 0 || (c != ';' && c != '\r' && c != '\n' && c != ' ')) {
        state_ = State::broken;
    } else if (c == '\n') {
        end_size_line();
    } else {
        state_ = State::extension;
    }
}

void Dechunker::end_size_line() {
    digits_ = 0;
    state_ = size_ == 0 ? State::trailers : State::content;
}

}  // namespace crawld
