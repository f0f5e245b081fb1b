// The host of a URL: domain, IPv4, IPv6 or opaque, to the text that the standard serialises.
//
// Errors: nullopt where the standard says failure.
// Cost:   a pass over the text for an ASCII domain; see idna.h for the others.
// Source: https://url.spec.whatwg.org, 3.5 (host parsing).
// Test:   tests/unit/url/host_test.cc, tests/conformance/url/wpt_test.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace crawld {

// `special`: of a URL with a special scheme, whose hosts are domains or addresses. The hosts of
// other schemes mean nothing to us and stay as they are, percent-encoded.
std::optional<std::string> parse_host(std::string_view input, bool special);

}  // namespace crawld
