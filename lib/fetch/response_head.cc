#include "fetch/response_head.h"

#include <algorithm>
#include <limits>

#include "base/text.h"

namespace crawld {

namespace {

// RFC 9110 5.6.2: tchar.
bool is_token_char(char c) {
    return is_alnum(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// RFC 9110 5.6.3: optional whitespace is spaces and tabs.
std::string_view trim_blanks(std::string_view text) {
    const size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view without_line_end(std::string_view line) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

}  // namespace

void ResponseHead::clear(uint64_t bytes_max, bool keep_text) {
    keep_text_ = keep_text;
    state_ = State::status_line;
    problem_ = Problem::none;
    bytes_ = 0;
    lines_ = 0;
    bytes_max_ = bytes_max;
    forget_head();
}

// Forgets one head, so that the next can be read.
void ResponseHead::forget_head() {
    status_ = 0;
    chunked_ = false;
    field_kept_ = false;
    content_length_.reset();
    framing_doubt_ = {};
    http_version_.clear();
    headers_.clear();
    text_.clear();
}

bool ResponseHead::fail_with(Problem problem) {
    problem_ = problem;
    return false;
}

bool ResponseHead::add(std::string_view line) {
    if (problem_ != Problem::none) return false;
    bytes_ += line.size();
    if (bytes_ > bytes_max_ || ++lines_ > kLinesMax) return fail_with(Problem::too_large);
    if (state_ == State::complete) return true;  // trailers
    if (keep_text_) text_.append(line);

    line = without_line_end(line);
    using namespace std::string_view_literals;
    if (line.find_first_of("\r\n\0"sv) != std::string_view::npos)
        return fail_with(Problem::malformed);
    if (state_ == State::status_line) return read_status_line(line);
    if (!line.empty()) {
        read_field(line);
        return true;
    }
    end_head();
    return true;
}

void ResponseHead::end_head() {
    const bool interim = status_ >= 100 && status_ < 200 && status_ != 101;
    if (interim) forget_head();
    state_ = interim ? State::status_line : State::complete;
}

// "HTTP/1.1 200 OK"
bool ResponseHead::read_status_line(std::string_view line) {
    constexpr std::string_view kName = "HTTP/";
    const size_t blank = line.find(' ');
    if (!line.starts_with(kName) || blank == std::string_view::npos)
        return fail_with(Problem::malformed);
    const std::string_view rest = trim_blanks(line.substr(blank));
    const auto code = parse_uint(rest.substr(0, span_of(rest, is_digit)));
    if (!code || *code < 100 || *code > 999) return fail_with(Problem::malformed);
    http_version_ = line.substr(kName.size(), blank - kName.size());
    status_ = static_cast<int>(*code);
    state_ = State::fields;
    return true;
}

void ResponseHead::read_field(std::string_view line) {
    if (line[0] == ' ' || line[0] == '\t') {  // RFC 9112 5.2: folded
        const std::string_view more = trim_blanks(line);
        if (!field_kept_ || more.empty()) return;
        std::string& value = headers_.back().value;
        value.append(value.empty() ? "" : " ").append(more);
        return;
    }
    const size_t colon = line.find(':');
    const std::string_view written = line.substr(0, colon);
    const std::string_view name = trim_blanks(written);
    field_kept_ = colon != std::string_view::npos && !name.empty() &&
                  std::all_of(name.begin(), name.end(), is_token_char);
    const bool blank = name.size() != written.size();
    if (blank && (iequals(name, "transfer-encoding") || iequals(name, "content-length"))) {
        framing_doubt_ = "a blank before the colon of a field that frames the body";
        field_kept_ = false;
    }
    if (!field_kept_) return;
    headers_.push_back({std::string(name), std::string(trim_blanks(line.substr(colon + 1)))});
    note_framing(headers_.back());
}

void ResponseHead::note_framing(const HttpHeader& header) {
    if (iequals(header.name, "transfer-encoding")) {
        chunked_ = true;
        if (content_length_) framing_doubt_ = "both Content-Length and Transfer-Encoding";
        return;
    }
    if (!iequals(header.name, "content-length")) return;
    const auto length = parse_uint(header.value);
    if (!length || *length > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
        framing_doubt_ = "a Content-Length that is no length";
        return;
    }
    if (content_length_ && *content_length_ != *length)
        framing_doubt_ = "two different Content-Length headers";
    if (chunked_) framing_doubt_ = "both Content-Length and Transfer-Encoding";
    content_length_ = *length;
}

const HttpHeader* ResponseHead::find(std::string_view name) const {
    for (const HttpHeader& header : headers_)
        if (iequals(header.name, name)) return &header;
    return nullptr;
}

}  // namespace crawld
