#include "url/url.h"

#include "url/parser.h"

namespace crawld {

bool Url::is_special() const {
    return is_special_scheme(scheme);
}

std::string Url::href() const {
    std::string out = scheme + ':';
    if (host) {
        out += "//";
        if (!username.empty() || !password.empty()) {
            out += username;
            if (!password.empty()) out += ':' + password;
            out += '@';
        }
        out += *host;
        if (port) out += ':' + std::to_string(*port);
    } else if (!opaque_path && path.starts_with("//")) {
        out += "/.";  // without it the path would be read as a host
    }
    out += path;
    if (query) out += '?' + *query;
    if (fragment) out += '#' + *fragment;
    return out;
}

std::optional<Url> Url::parse(std::string_view input, const Url* base, QueryEncoder* encoder) {
    if (input.size() > kUrlInputBytesMax) return std::nullopt;
    std::string storage;
    return UrlParser(clean_url_input(input, storage), base, encoder).run();
}

}  // namespace crawld
