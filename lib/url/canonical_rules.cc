#include "url/canonical_rules.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"

namespace crawld {

namespace {

constexpr std::string_view kWww = "www.";
constexpr std::string_view kPathSession = ";jsessionid=";
constexpr std::string_view kAspSessionStart = "(S(";
constexpr std::string_view kAspSessionEnd = "))";
constexpr size_t kAspSessionChars = 24;

// In lower case; "*" at the end stands for anything.
constexpr std::array<std::string_view, 10> kSessionNames = {
    "jsessionid", "phpsessid", "aspsessionid*", "cfid",       "cftoken",
    "oscsid",     "zenid",     "sessionid",     "session_id", "sessid",
};
constexpr std::array<std::string_view, 21> kTrackingNames = {
    "utm_*",  "gclid",     "gclsrc", "dclid",   "gbraid", "wbraid",    "_ga",
    "_gl",    "fbclid",    "igshid", "msclkid", "yclid",  "_openstat", "twclid",
    "ttclid", "li_fat_id", "mc_cid", "mc_eid",  "_hsenc", "_hsmi",     "mkt_tok",
};
constexpr size_t kSidDigitsMin = 16;
constexpr size_t kSDigits = 32;

bool is_name(std::string_view name, std::string_view pattern) {
    if (!pattern.ends_with('*')) return iequals(name, pattern);
    return istarts_with(name, pattern.substr(0, pattern.size() - 1));
}

template <size_t size>
bool is_one_of(std::string_view name, const std::array<std::string_view, size>& patterns) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [name](std::string_view pattern) { return is_name(name, pattern); });
}

std::string_view name_of(std::string_view parameter) {
    return parameter.substr(0, parameter.find('='));
}

bool is_session(std::string_view parameter) {
    const std::string_view name = name_of(parameter);
    if (is_one_of(name, kSessionNames)) return true;
    if (name.size() == parameter.size()) return false;
    const std::string_view value = parameter.substr(name.size() + 1);
    const bool hexadecimal =
        std::all_of(value.begin(), value.end(), [](char c) { return hex_value(c) >= 0; });
    if (!hexadecimal) return false;
    if (iequals(name, "sid")) return value.size() >= kSidDigitsMin;
    return iequals(name, "s") && value.size() == kSDigits;
}

bool is_asp_session(std::string_view segment) {
    const size_t around = kAspSessionStart.size() + kAspSessionEnd.size();
    if (segment.size() != around + kAspSessionChars) return false;
    const std::string_view id = segment.substr(kAspSessionStart.size(), kAspSessionChars);
    return istarts_with(segment, kAspSessionStart) && segment.ends_with(kAspSessionEnd) &&
           std::all_of(id.begin(), id.end(), is_alnum);
}

// Whether something that without_sessions() takes away may begin here.
bool begins_session(char c) {
    return c == kPathSession.front() || c == kAspSessionStart.front();
}

// Parameters of a path segment begin at ';'.
std::string without_path_session(std::string_view segment) {
    std::string out;
    for (std::string_view rest = segment; !rest.empty();) {
        const std::string_view part = rest.substr(0, rest.find(';', 1));
        if (!istarts_with(part, kPathSession)) out.append(part);
        rest.remove_prefix(part.size());
    }
    const bool dots = out == "." || out == "..";
    return dots ? std::string(segment) : out;
}

// `path` begins with '/', and so does the result.
std::string without_sessions(std::string_view path) {
    std::string out = "/";
    path.remove_prefix(1);
    for (bool more = true; more;) {
        const size_t slash = path.find('/');
        more = slash != std::string_view::npos;
        const std::string segment = without_path_session(path.substr(0, slash));
        path.remove_prefix(more ? slash + 1 : path.size());
        if (is_asp_session(segment)) continue;
        out.append(segment);
        if (more) out.push_back('/');
    }
    return out;
}

}  // namespace

CanonicalRules::CanonicalRules(const CanonicalOptions& options,
                               std::shared_ptr<const Suffixes> suffixes)
    : options_(options), suffixes_(std::move(suffixes)), any_(options != CanonicalOptions{}) {}

CanonicalUrl CanonicalRules::changed(CanonicalUrl url) const {
    const std::string_view host = host_of(url);
    // Most links have nothing that a rule could change.
    const std::string_view path = url.path();
    const bool plain = host.size() == url.host().size() && url.query().empty() &&
                       std::none_of(path.begin(), path.end(), begins_session);
    if (plain) return url;
    const std::string_view written = url.authority();
    const size_t before_port = url.scheme().size() + std::string_view("://").size();
    std::string text;
    text.reserve(url.href().size());
    text.append(url.scheme()).append("://").append(host);
    text.append(written.substr(before_port + url.host().size()));
    text.append(options_.strip_session_ids ? without_sessions(path) : path);
    const std::string query = query_of(url);
    if (!query.empty()) text.append("?").append(query);
    return text == url.href() ? std::move(url) : CanonicalUrl::trusted(std::move(text));
}

std::string_view CanonicalRules::host_of(const CanonicalUrl& url) const {
    std::string_view host = url.host();
    if (!options_.fold_www || !host.starts_with(kWww)) return host;
    const size_t domain_size = suffixes_->registrable_domain(host).size();
    while (host.starts_with(kWww) && host.size() > domain_size)
        host.remove_prefix(kWww.size());
    return host;
}

std::string CanonicalRules::query_of(const CanonicalUrl& url) const {
    if (options_.strip_query || url.query().empty()) return {};
    std::vector<std::string_view> parameters = split(url.query(), '&');
    std::erase_if(parameters, [this](std::string_view p) { return goes(p); });
    if (options_.sort_query) {
        std::stable_sort(
            parameters.begin(), parameters.end(),
            [](std::string_view a, std::string_view b) { return name_of(a) < name_of(b); });
    }
    std::string query;
    for (size_t i = 0; i < parameters.size(); ++i)
        query.append(i == 0 ? "" : "&").append(parameters[i]);
    return query;
}

bool CanonicalRules::goes(std::string_view parameter) const {
    return (options_.strip_session_ids && is_session(parameter)) ||
           (options_.strip_tracking && is_one_of(name_of(parameter), kTrackingNames));
}

}  // namespace crawld
