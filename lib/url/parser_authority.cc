// The states between "//" and the path, for file URLs too.
#include "base/text.h"
#include "url/host.h"
#include "url/parser.h"
#include "url/percent.h"
#include "url/windows_drive.h"

namespace crawld {

UrlParser::State UrlParser::authority() {
    std::string_view text =
        take(rest_.find_first_of(special_ ? std::string_view("/\\?#") : std::string_view("/?#")));
    const size_t at_sign = text.rfind('@');
    if (at_sign != std::string_view::npos) {
        if (at_sign + 1 == text.size()) return State::failure;
        credentials(text.substr(0, at_sign));
        text.remove_prefix(at_sign + 1);
    }
    return host_and_port(text) ? State::path_start : State::failure;
}

void UrlParser::credentials(std::string_view userinfo) {
    const size_t colon = userinfo.find(':');
    percent_encode(url_.username, userinfo.substr(0, colon), kUserinfoSet);
    if (colon != std::string_view::npos)
        percent_encode(url_.password, userinfo.substr(colon + 1), kUserinfoSet);
}

// The standard's host state and port state.
bool UrlParser::host_and_port(std::string_view text) {
    bool in_brackets = false;
    const size_t host_size = span_of(text, [&](char c) {
        if (c == '[') in_brackets = true;
        if (c == ']') in_brackets = false;
        return c != ':' || in_brackets;
    });
    const bool has_colon = host_size < text.size();
    if (host_size == 0 && (special_ || has_colon)) return false;
    url_.host = parse_host(text.substr(0, host_size), special_);
    if (!url_.host) return false;
    return !has_colon || port(text.substr(host_size + 1));
}

bool UrlParser::port(std::string_view digits) {
    if (digits.empty()) return true;
    uint32_t value = 0;
    for (const char c : digits) {
        if (!is_digit(c)) return false;
        value = value * 10 + static_cast<uint32_t>(c - '0');
        if (value > 65535) return false;
    }
    if (default_port(url_.scheme) != value) url_.port = static_cast<uint16_t>(value);
    return true;
}

UrlParser::State UrlParser::file() {
    url_.host = "";
    if (at_slash()) {
        take(1);
        return State::file_slash;
    }
    if (!base_ || base_->scheme != "file") return State::path;
    url_.host = base_->host;
    url_.path = base_->path;
    if (rest_.empty() || at('#')) {
        url_.query = base_->query;
        return after_path();
    }
    if (at('?')) return after_path();
    if (starts_with_windows_drive(rest_)) {
        url_.path.clear();
    } else {
        shorten_path();
    }
    return State::path;
}

UrlParser::State UrlParser::file_slash() {
    if (at_slash()) {
        take(1);
        return State::file_host;
    }
    if (base_ && base_->scheme == "file") {
        url_.host = base_->host;
        if (!starts_with_windows_drive(rest_)) url_.path = windows_drive_of_path(base_->path);
    }
    return State::path;
}

UrlParser::State UrlParser::file_host() {
    const std::string_view text = rest_.substr(0, rest_.find_first_of("/\\?#"));
    if (is_windows_drive(text)) return State::path;  // not a host: the path's first segment
    take(text.size());
    if (text.empty()) return State::path_start;
    url_.host = parse_host(text, special_);
    if (!url_.host) return State::failure;
    if (*url_.host == "localhost") url_.host = "";
    return State::path_start;
}

}  // namespace crawld
