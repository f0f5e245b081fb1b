#include "decode/mime.h"

#include <algorithm>
#include <unordered_set>

#include "base/text.h"
#include "decode/decode.h"

namespace crawld {
namespace {

constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";

bool is_token_char(char c) {
    return is_alnum(c) || kTokenMarks.find(c) != std::string_view::npos;
}
bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}
// HTTP white space: HTML's without form feed.
bool is_http_space(char c) {
    return is_space(c) && c != '\f';
}
// The bytes of HTTP quoted strings; those above ASCII stand for themselves.
bool is_value_char(char c) {
    return c == '\t' || (static_cast<uint8_t>(c) >= 0x20 && c != 0x7f);
}

std::string_view trim_http(std::string_view text, bool both_ends) {
    if (both_ends) text.remove_prefix(span_of(text, is_http_space));
    while (!text.empty() && is_http_space(text.back()))
        text.remove_suffix(1);
    return text;
}

// Takes the piece before `separator` off the text, and leaves the separator.
std::string_view take_until(std::string_view& text, char separator) {
    const std::string_view piece = text.substr(0, text.find(separator));
    text.remove_prefix(piece.size());
    return piece;
}

// Takes a quoted string off the text, which is at its first quote: backslashes escape.
std::string take_quoted(std::string_view& text) {
    std::string value;
    text.remove_prefix(1);
    while (!text.empty()) {
        const char c = text[0];
        text.remove_prefix(1);
        if (c == '"') break;
        if (c == '\\' && !text.empty()) {
            value += text[0];
            text.remove_prefix(1);
        } else {
            value += c;
        }
    }
    return value;
}

// Takes one of the values that commas join off the text, with its comma. Those inside of quotes
// join nothing.
std::string_view take_header_value(std::string_view& text) {
    bool quoted = false;
    size_t size = 0;
    for (; size < text.size() && (quoted || text[size] != ','); ++size) {
        if (text[size] == '"') quoted = !quoted;
        if (text[size] == '\\' && quoted) ++size;
    }
    size = std::min(size, text.size());
    const std::string_view value = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    return value;
}

}  // namespace

std::optional<std::string_view> MimeType::parameter(std::string_view name) const {
    for (const auto& [known, value] : parameters)
        if (known == name) return value;
    return std::nullopt;
}

std::optional<MimeType> parse_mime(std::string_view text) {
    text = trim_http(text, true);
    const std::string_view type = take_until(text, '/');
    if (!is_token(type) || text.empty()) return std::nullopt;
    text.remove_prefix(1);
    const std::string_view subtype = trim_http(take_until(text, ';'), false);
    if (!is_token(subtype)) return std::nullopt;

    MimeType mime{.essence = lowercase(type) + "/" + lowercase(subtype), .parameters = {}};
    std::unordered_set<std::string> names;  // a header may have very many
    while (!text.empty()) {
        text.remove_prefix(1);
        text.remove_prefix(span_of(text, is_http_space));
        const std::string name =
            lowercase(text.substr(0, span_of(text, [](char c) { return c != ';' && c != '='; })));
        text.remove_prefix(name.size());
        if (!text.starts_with('=')) continue;  // at a ';', or at the end
        text.remove_prefix(1);
        std::string value;
        const bool quoted = text.starts_with('"');
        if (quoted) {
            value = take_quoted(text);
            take_until(text, ';');
        } else {
            value = trim_http(take_until(text, ';'), false);
        }
        const bool valid = is_token(name) && (quoted || !value.empty()) &&
                           std::all_of(value.begin(), value.end(), is_value_char);
        if (valid && names.insert(name).second)
            mime.parameters.emplace_back(name, std::move(value));
    }
    return mime;
}

std::optional<MimeType> extract_mime(std::string_view content_type) {
    std::optional<MimeType> found;
    std::optional<std::string> charset;
    while (!content_type.empty()) {
        std::optional<MimeType> type = parse_mime(take_header_value(content_type));
        if (!type || type->essence == "*/*") continue;
        const auto own = type->parameter("charset");
        if (!found || type->essence != found->essence)
            charset = own;
        else if (!own && charset)
            type->parameters.emplace_back("charset", *charset);
        found = std::move(type);
    }
    return found;
}

std::string to_string(const MimeType& type) {
    std::string text = type.essence;
    for (const auto& [name, value] : type.parameters) {
        text += ";" + name + "=";
        if (is_token(value)) {
            text += value;
            continue;
        }
        text += '"';
        for (char c : value) {
            if (c == '"' || c == '\\') text += '\\';
            text += c;
        }
        text += '"';
    }
    return text;
}

std::string mime_essence(std::string_view content_type) {
    const std::optional<MimeType> type = extract_mime(content_type);
    return type ? type->essence : std::string();
}

}  // namespace crawld
