#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "url/percent.h"
#include "url/url.h"

namespace crawld {

std::optional<CanonicalUrl> CanonicalUrl::parse(std::string_view input) {
    const std::optional<Url> url = Url::parse(input);
    return url ? from(*url) : std::nullopt;
}

std::optional<CanonicalUrl> CanonicalUrl::from(const Url& url) {
    if (url.scheme != "http" && url.scheme != "https") return std::nullopt;
    CRAWLD_CHECK(url.host);
    std::string_view host = *url.host;
    if (host.ends_with('.')) host.remove_suffix(1);
    if (host.empty() || host.ends_with('.')) return std::nullopt;  // an empty label names nothing

    std::string text;
    text.reserve(url.scheme.size() + host.size() + url.path.size() + 16 +
                 (url.query ? url.query->size() : 0));
    text.append(url.scheme).append("://").append(host);
    if (url.port) text.append(":").append(std::to_string(*url.port));
    append_canonical(text, url.path);
    if (url.query && !url.query->empty()) {
        text.push_back('?');
        append_canonical(text, *url.query);
    }
    return trusted(std::move(text));
}

CanonicalUrl CanonicalUrl::trusted(std::string text) {
    CanonicalUrl url;
    url.text_ = std::move(text);
    url.find_offsets();
    return url;
}

void CanonicalUrl::find_offsets() {
    const std::string_view text = text_;
    https_ = text.starts_with("https://");
    const size_t host_begin = https_ ? 8 : 7;
    const size_t path_begin = text.find('/', host_begin);
    CRAWLD_CHECK(path_begin != std::string_view::npos && path_begin > host_begin);
    const std::string_view before_path = text.substr(0, path_begin);
    // An IPv6 address has colons of its own, all before its bracket.
    const size_t after_name = text[host_begin] == '[' ? before_path.find(']') : host_begin;
    const size_t host_end = std::min(before_path.find(':', after_name), path_begin);
    port_ = https_ ? 443 : 80;
    if (host_end < path_begin) {
        const auto port = parse_uint(before_path.substr(host_end + 1));
        CRAWLD_CHECK(port && *port <= 65535);
        port_ = static_cast<uint16_t>(*port);
    }
    host_begin_ = static_cast<uint32_t>(host_begin);
    host_end_ = static_cast<uint32_t>(host_end);
    path_begin_ = static_cast<uint32_t>(path_begin);
    path_end_ = static_cast<uint32_t>(std::min(text.find('?', path_begin), text.size()));
}

std::string_view CanonicalUrl::host() const {
    return std::string_view(text_).substr(host_begin_, host_end_ - host_begin_);
}

std::string_view CanonicalUrl::host_for_connect() const {
    std::string_view name = host();
    if (name.starts_with('[')) name = name.substr(1, name.size() - 2);
    return name;
}

std::string_view CanonicalUrl::authority() const {
    return std::string_view(text_).substr(0, path_begin_);
}

std::string_view CanonicalUrl::path() const {
    return std::string_view(text_).substr(path_begin_, path_end_ - path_begin_);
}

std::string_view CanonicalUrl::path_and_query() const {
    return std::string_view(text_).substr(path_begin_);
}

std::string_view CanonicalUrl::query() const {
    return std::string_view(text_).substr(std::min<size_t>(path_end_ + 1, text_.size()));
}

}  // namespace crawld
