// Parser: the standard's "basic URL parser", one function a state.
//
// The standard walks code point by code point; a state here takes all that belongs to it at once
// and says which state is next. What the text is cut at is always ASCII, so UTF-8 needs no
// decoding. States keep the standard's names, which is where to look up why they do what they do.
//
// Source: https://url.spec.whatwg.org, 4.4 (URL parsing).
// Test:   tests/conformance/url/wpt_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "url/url.h"

namespace crawld {

bool is_special_scheme(std::string_view scheme);
std::optional<uint16_t> default_port(std::string_view scheme);

// `input` without what the standard takes off its ends.
constexpr std::string_view without_c0_control_or_space(std::string_view input) {
    constexpr auto is_one = [](char c) { return static_cast<uint8_t>(c) <= 0x20; };
    while (!input.empty() && is_one(input.front()))
        input.remove_prefix(1);
    while (!input.empty() && is_one(input.back()))
        input.remove_suffix(1);
    return input;
}

class UrlParser {
  public:
    // `input` is valid UTF-8 without tabs and newlines, and without spaces and control characters
    // at its ends; clean_url_input() makes it so. All outlive the parser.
    UrlParser(std::string_view input, const Url* base, QueryEncoder* encoder)
        : rest_(input), base_(base), encoder_(encoder) {}

    // Once.
    std::optional<Url> run();

  private:
    enum class State : uint8_t {
        scheme_start,
        no_scheme,
        special_relative_or_authority,
        path_or_authority,
        relative,
        relative_slash,
        special_authority_slashes,
        special_authority_ignore_slashes,
        authority,
        file,
        file_slash,
        file_host,
        path_start,
        path,
        opaque_path,
        query,
        fragment,
        done,
        failure,
    };
    State step(State state);

    State scheme_start();
    State no_scheme();
    State special_relative_or_authority();
    State path_or_authority();
    State relative();
    State relative_slash();
    State special_authority_slashes();
    State special_authority_ignore_slashes();

    // parser_authority.cc
    State authority();
    void credentials(std::string_view userinfo);
    bool host_and_port(std::string_view text);
    bool port(std::string_view digits);
    State file();
    State file_slash();
    State file_host();

    // parser_path.cc
    State path_start();
    State path();
    void path_segment(std::string_view segment, bool slash_follows);
    void shorten_path();
    State opaque_path();
    State query();
    State fragment();
    State after_path();

    bool at(char c) const { return !rest_.empty() && rest_.front() == c; }
    // A backslash is a slash in special URLs.
    bool at_slash() const { return at('/') || (special_ && at('\\')); }
    std::string_view take(size_t bytes);
    void set_scheme(std::string scheme);
    void copy_authority_of_base();

    std::string_view rest_;  // what no state has taken yet
    const Url* base_;
    QueryEncoder* encoder_;
    Url url_;
    bool special_ = false;
};

// The first steps of the standard's parser; a copy is made in `storage` only if one is needed.
std::string_view clean_url_input(std::string_view input, std::string& storage);

}  // namespace crawld
