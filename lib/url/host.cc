#include "url/host.h"

#include <algorithm>

#include "base/text.h"
#include "url/idna.h"
#include "url/ip_literal.h"
#include "url/percent.h"
#include "url/utf8.h"

namespace crawld {

namespace {

constexpr ByteSet kForbiddenInHost = ByteSet().with_range(0x00, 0x00).with("\t\n\r #/:<>?@[\\]^|");
constexpr ByteSet kForbiddenInDomain = kForbiddenInHost.with_range(0x00, 0x1F).with("%\x7F");

bool contains(std::string_view text, const ByteSet& set) {
    return std::any_of(text.begin(), text.end(), [&](char c) { return set.has(c); });
}

std::optional<std::string> parse_opaque_host(std::string_view input) {
    if (contains(input, kForbiddenInHost)) return std::nullopt;
    std::string host;
    percent_encode(host, input, kC0ControlSet);
    return host;
}

std::optional<std::string> domain_to_ascii(std::string domain) {
    if (!is_ascii(domain)) return idna_to_ascii(domain);
    std::transform(domain.begin(), domain.end(), domain.begin(), to_lower);
    return domain;
}

}  // namespace

std::optional<std::string> parse_host(std::string_view input, bool special) {
    if (input.starts_with('[')) {
        if (!input.ends_with(']')) return std::nullopt;
        return canonical_ipv6(input.substr(1, input.size() - 2));
    }
    if (!special) return parse_opaque_host(input);
    const bool escaped = input.find('%') != std::string_view::npos;
    std::optional<std::string> domain =
        domain_to_ascii(escaped ? to_utf8(percent_decode(input)) : std::string(input));
    if (!domain || domain->empty() || contains(*domain, kForbiddenInDomain)) return std::nullopt;
    if (ends_in_number(*domain)) return canonical_ipv4(*domain);
    return domain;
}

}  // namespace crawld
