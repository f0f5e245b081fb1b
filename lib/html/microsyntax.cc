#include "html/microsyntax.h"

namespace crawld {

namespace {
constexpr size_t kLanguageBytesMax = 35;
}  // namespace

std::string_view language_tag(std::string_view text) {
    text = trim(text);
    const size_t size = span_of(text, [](char c) { return is_alnum(c) || c == '-'; });
    const bool is_tag = size == text.size() && size <= kLanguageBytesMax;
    return is_tag ? text : std::string_view();
}

namespace detail {

// A comma inside parentheses does not end the candidate.
size_t srcset_descriptors_size(std::string_view rest) {
    bool in_parentheses = false;
    for (size_t i = 0; i < rest.size(); ++i) {
        if (rest[i] == '(') in_parentheses = true;
        if (rest[i] == ')') in_parentheses = false;
        if (rest[i] == ',' && !in_parentheses) return i + 1;
    }
    return rest.size();
}

}  // namespace detail

// The steps of "shared declarative refresh": a delay, a separator, "url =" which may be missing,
// and the URL, in quotes or not.
std::optional<std::string_view> refresh_url(std::string_view content) {
    const auto skip_space = [&content] { content.remove_prefix(span_of(content, is_space)); };
    skip_space();
    const size_t digits = span_of(content, is_digit);
    if (digits == 0 && !content.starts_with('.')) return std::nullopt;
    content.remove_prefix(digits);
    content.remove_prefix(span_of(content, [](char c) { return is_digit(c) || c == '.'; }));
    if (content.empty()) return content;
    if (content[0] != ';' && content[0] != ',' && !is_space(content[0])) return std::nullopt;
    skip_space();
    if (!content.empty() && (content[0] == ';' || content[0] == ',')) content.remove_prefix(1);
    skip_space();

    std::string_view url = content;
    if (istarts_with(content, "url")) {
        content.remove_prefix(3);
        skip_space();
        if (content.starts_with('=')) {
            content.remove_prefix(1);
            skip_space();
            url = content;
        }
    }
    if (url.starts_with('\'') || url.starts_with('"')) {
        const char quote = url[0];
        url.remove_prefix(1);
        url = url.substr(0, url.find(quote));
    }
    return url;
}

}  // namespace crawld
