#include "url/parser.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "url/utf8.h"

namespace crawld {

namespace {

struct SpecialScheme {
    std::string_view name;
    std::optional<uint16_t> port;
};
constexpr std::array<SpecialScheme, 6> kSpecialSchemes = {{
    {"https", 443},
    {"http", 80},
    {"file", std::nullopt},
    {"ftp", 21},
    {"ws", 80},
    {"wss", 443},
}};

const SpecialScheme* find_special(std::string_view scheme) {
    const auto* found =
        std::find_if(kSpecialSchemes.begin(), kSpecialSchemes.end(),
                     [scheme](const SpecialScheme& special) { return special.name == scheme; });
    return found == kSpecialSchemes.end() ? nullptr : found;
}

constexpr bool is_tab_or_newline(char c) {
    return c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

bool is_special_scheme(std::string_view scheme) {
    return find_special(scheme) != nullptr;
}

std::optional<uint16_t> default_port(std::string_view scheme) {
    const SpecialScheme* special = find_special(scheme);
    return special ? special->port : std::nullopt;
}

std::string_view clean_url_input(std::string_view input, std::string& storage) {
    input = without_c0_control_or_space(input);
    const bool utf8 = is_utf8(input);
    if (utf8 && std::none_of(input.begin(), input.end(), is_tab_or_newline)) return input;
    storage = utf8 ? std::string(input) : to_utf8(input);
    std::erase_if(storage, is_tab_or_newline);
    return storage;
}

std::optional<Url> UrlParser::run() {
    State state = State::scheme_start;
    while (state != State::done && state != State::failure)
        state = step(state);
    if (state == State::failure) return std::nullopt;
    return std::move(url_);
}

UrlParser::State UrlParser::step(State state) {
    switch (state) {
        case State::scheme_start:
            return scheme_start();
        case State::no_scheme:
            return no_scheme();
        case State::special_relative_or_authority:
            return special_relative_or_authority();
        case State::path_or_authority:
            return path_or_authority();
        case State::relative:
            return relative();
        case State::relative_slash:
            return relative_slash();
        case State::special_authority_slashes:
            return special_authority_slashes();
        case State::special_authority_ignore_slashes:
            return special_authority_ignore_slashes();
        case State::authority:
            return authority();
        case State::file:
            return file();
        case State::file_slash:
            return file_slash();
        case State::file_host:
            return file_host();
        case State::path_start:
            return path_start();
        case State::path:
            return path();
        case State::opaque_path:
            return opaque_path();
        case State::query:
            return query();
        case State::fragment:
            return fragment();
        case State::done:
        case State::failure:
            break;
    }
    return State::failure;
}

std::string_view UrlParser::take(size_t bytes) {
    const std::string_view taken = rest_.substr(0, bytes);
    rest_.remove_prefix(taken.size());
    return taken;
}

void UrlParser::set_scheme(std::string scheme) {
    url_.scheme = std::move(scheme);
    special_ = is_special_scheme(url_.scheme);
}

void UrlParser::copy_authority_of_base() {
    url_.username = base_->username;
    url_.password = base_->password;
    url_.host = base_->host;
    url_.port = base_->port;
}

// The standard's scheme start state and scheme state.
UrlParser::State UrlParser::scheme_start() {
    const size_t size =
        span_of(rest_, [](char c) { return is_alnum(c) || c == '+' || c == '-' || c == '.'; });
    if (size == 0 || !is_alpha(rest_.front()) || size == rest_.size() || rest_[size] != ':')
        return State::no_scheme;
    set_scheme(lowercase(take(size)));
    take(1);
    if (url_.scheme == "file") return State::file;
    if (special_) {
        return base_ && base_->scheme == url_.scheme ? State::special_relative_or_authority
                                                     : State::special_authority_slashes;
    }
    if (at('/')) {
        take(1);
        return State::path_or_authority;
    }
    return State::opaque_path;
}

UrlParser::State UrlParser::no_scheme() {
    if (!base_) return State::failure;
    if (!base_->opaque_path) {
        if (base_->scheme != "file") return State::relative;
        set_scheme("file");
        return State::file;
    }
    if (!at('#')) return State::failure;
    set_scheme(base_->scheme);
    url_.path = base_->path;
    url_.opaque_path = true;
    url_.query = base_->query;
    take(1);
    return State::fragment;
}

UrlParser::State UrlParser::special_relative_or_authority() {
    if (!rest_.starts_with("//")) return State::relative;
    take(2);
    return State::special_authority_ignore_slashes;
}

UrlParser::State UrlParser::path_or_authority() {
    if (!at('/')) return State::path;
    take(1);
    return State::authority;
}

UrlParser::State UrlParser::relative() {
    set_scheme(base_->scheme);
    if (at_slash()) {
        take(1);
        return State::relative_slash;
    }
    copy_authority_of_base();
    url_.path = base_->path;
    if (rest_.empty() || at('#')) {
        url_.query = base_->query;
        return after_path();
    }
    if (at('?')) return after_path();
    shorten_path();
    return State::path;
}

UrlParser::State UrlParser::relative_slash() {
    if (at_slash()) {
        take(1);
        return special_ ? State::special_authority_ignore_slashes : State::authority;
    }
    copy_authority_of_base();
    return State::path;
}

UrlParser::State UrlParser::special_authority_slashes() {
    if (rest_.starts_with("//")) take(2);
    return State::special_authority_ignore_slashes;
}

UrlParser::State UrlParser::special_authority_ignore_slashes() {
    take(span_of(rest_, [](char c) { return c == '/' || c == '\\'; }));
    return State::authority;
}

}  // namespace crawld
