#include "archive/surt.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace crawld {

namespace {

// As often as it changes anything: "%2541" is "A". Escapes cannot overlap, so what is decoded may
// be looked at again at once, with the two digits in front of it.
std::string unescaped_repeatedly(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c;
        while (out.size() >= 3 && out[out.size() - 3] == '%') {
            const int high = hex_value(out[out.size() - 2]), low = hex_value(out.back());
            if (high < 0 || low < 0) break;
            out.resize(out.size() - 3);
            out += static_cast<char>(high * 16 + low);
        }
    }
    return out;
}

std::string escaped(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<uint8_t>(c);
        if (byte > 0x20 && byte < 0x7f && c != '%' && c != '#') {
            out += c;
        } else {
            out += '%';
            out += kDigits[byte >> 4];
            out += kDigits[byte & 15];
        }
    }
    return out;
}

std::string normalized_path(std::string_view path) {
    std::vector<std::string_view> kept;
    const std::vector<std::string_view> pieces = split(path, '/');
    for (size_t i = 1; i < pieces.size(); ++i) {
        if (pieces[i] == ".") continue;
        if (pieces[i] == ".." && !kept.empty())
            kept.pop_back();
        else
            kept.push_back(pieces[i]);
    }
    std::string out = "/";
    for (size_t i = 0; i + 1 < kept.size(); ++i)
        if (!kept[i].empty()) out.append(kept[i]).append("/");
    if (!kept.empty()) out += kept.back();
    return out;
}

bool all_of(std::string_view text, bool (*is)(char)) {
    return std::all_of(text.begin(), text.end(), is);
}
bool is_token(char c) {
    return is_alnum(c);
}
bool is_letter(char c) {
    return is_alpha(c);
}

constexpr size_t kAspTokenBytes = 24;

// "(24 letters or digits)" at the front of `text`.
bool has_asp_token(std::string_view text) {
    return text.size() >= kAspTokenBytes + 2 && text[0] == '(' && text[kAspTokenBytes + 1] == ')' &&
           all_of(text.substr(1, kAspTokenBytes), is_token);
}

// The length of a segment that is a session of ASP.NET, with its slash: "(token)/" or
// "(S(token)A(token))/". 0: it is none.
size_t asp_session_bytes(std::string_view text) {
    if (has_asp_token(text) && text.substr(kAspTokenBytes + 2).starts_with('/'))
        return kAspTokenBytes + 3;
    if (!text.starts_with('(')) return 0;
    size_t at = 1;
    while (at < text.size() && is_alpha(text[at]) && has_asp_token(text.substr(at + 1)))
        at += kAspTokenBytes + 3;
    return at > 1 && text.substr(at).starts_with(")/") ? at + 2 : 0;
}

// Sessions count in paths of ASP.NET pages alone: the last one that has such a page behind it.
void strip_path_session(std::string& path) {
    const size_t page = path.rfind(".aspx");
    for (size_t slash = path.rfind('/'); page != std::string::npos && slash != std::string::npos;
         slash = slash == 0 ? std::string::npos : path.rfind('/', slash - 1)) {
        const size_t session = asp_session_bytes(std::string_view(path).substr(slash + 1));
        if (session == 0) continue;
        const size_t rest = slash + 1 + session;
        if (page <= rest) continue;
        const size_t ends = path.find(".aspx", rest + 1);
        if (ends == std::string::npos || path.find('?', rest) < ends) continue;
        path.erase(slash + 1, session);
        return;
    }
}

struct Ampersands {  // the next two behind a place, or the end
    size_t first;
    size_t second;
};
using SessionMatch = std::optional<size_t> (*)(std::string_view query, size_t at, Ampersands next);

// Where a parameter ends that begins at `at` with `name` and has `bytes` of `is` as its value.
std::optional<size_t> fixed_value(std::string_view query, size_t at, size_t value_at, size_t bytes,
                                  bool (*is)(char)) {
    const size_t end = value_at + bytes;
    if (end > query.size() || (end < query.size() && query[end] != '&')) return std::nullopt;
    return value_at > at && all_of(query.substr(value_at, bytes), is) ? std::optional(end)
                                                                      : std::nullopt;
}
template <char... kName>
std::optional<size_t> named_session(std::string_view query, size_t at, Ampersands) {
    constexpr char kText[] = {kName..., '='};
    const std::string_view name(kText, sizeof(kText));
    if (!query.substr(at).starts_with(name)) return std::nullopt;
    return fixed_value(query, at, at + name.size(), 32, is_token);
}
std::optional<size_t> asp_session(std::string_view query, size_t at, Ampersands) {
    constexpr std::string_view kName = "aspsessionid";
    const std::string_view rest = query.substr(at);
    const size_t equals = kName.size() + 8;
    if (!rest.starts_with(kName) || rest.size() <= equals || rest[equals] != '=' ||
        !all_of(rest.substr(kName.size(), 8), is_letter))
        return std::nullopt;
    return fixed_value(query, at, at + equals + 1, kAspTokenBytes, is_letter);
}
std::optional<size_t> cold_fusion_session(std::string_view query, size_t at, Ampersands next) {
    constexpr std::string_view kId = "cfid=", kToken = "&cftoken=";
    if (!query.substr(at).starts_with(kId) || next.first == at + kId.size()) return std::nullopt;
    if (!query.substr(next.first).starts_with(kToken)) return std::nullopt;
    return next.second > next.first + kToken.size() ? std::optional(next.second) : std::nullopt;
}

// The last match goes, with the ampersand behind it.
void strip_query_session(std::string& query, SessionMatch matches) {
    Ampersands next{query.size(), query.size()};
    for (size_t at = query.size(); at-- > 0;) {
        if (query[at] == '&') next = {at, next.first};
        const std::optional<size_t> end = matches(query, at, next);
        if (!end) continue;
        query.erase(at, std::min(*end + 1, query.size()) - at);
        return;
    }
}

// By name, then by value; "a" comes before "a=".
std::string sorted_query(std::string_view query) {
    if (query.size() <= 1) return std::string(query);
    using Parameter = std::pair<std::string_view, std::optional<std::string_view>>;
    std::vector<Parameter> parameters;
    for (const std::string_view piece : split(query, '&')) {
        const size_t equals = piece.find('=');
        Parameter parameter{piece.substr(0, equals), std::nullopt};
        if (equals != std::string_view::npos) parameter.second = piece.substr(equals + 1);
        parameters.push_back(parameter);
    }
    std::stable_sort(parameters.begin(), parameters.end());
    std::string out;
    for (const auto& [name, value] : parameters) {
        if (&name != &parameters.front().first) out += '&';
        out += name;
        if (value) out.append("=").append(*value);
    }
    return out;
}

std::string query_of(std::string_view given) {
    std::string query = lowercase(escaped(unescaped_repeatedly(given)));
    strip_query_session(query, named_session<'j', 's', 'e', 's', 's', 'i', 'o', 'n', 'i', 'd'>);
    strip_query_session(query, named_session<'p', 'h', 'p', 's', 'e', 's', 's', 'i', 'd'>);
    strip_query_session(query, named_session<'s', 'i', 'd'>);
    strip_query_session(query, asp_session);
    strip_query_session(query, cold_fusion_session);
    return sorted_query(query);
}

std::string path_of(std::string_view given) {
    std::string path = lowercase(escaped(normalized_path(unescaped_repeatedly(given))));
    strip_path_session(path);
    if (path.size() > 1 && path.ends_with('/')) path.pop_back();
    return path;
}

std::string reversed_host(std::string_view host) {
    if (host.starts_with("www")) {
        const size_t digits = span_of(host.substr(3), is_digit);
        if (host.substr(3 + digits).starts_with('.')) host.remove_prefix(4 + digits);
    }
    std::vector<std::string_view> labels = split(host, '.');
    std::string out(labels.back());
    for (labels.pop_back(); !labels.empty(); labels.pop_back())
        out.append(",").append(labels.back());
    return out;
}

}  // namespace

std::string surt_key(const CanonicalUrl& url) {
    std::string key = reversed_host(url.host_for_connect());
    const uint16_t usual = url.https() ? 443 : 80;
    if (url.port() != usual) key += ":" + std::to_string(url.port());
    key.append(")").append(path_of(url.path()));
    const std::string query = query_of(url.query());
    if (!query.empty()) key.append("?").append(query);
    return key;
}

}  // namespace crawld
