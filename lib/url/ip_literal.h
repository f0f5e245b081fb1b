// IP addresses as hosts of URLs: the standard's lenient IPv4 and its IPv6, to the one form that
// the standard serialises.
//
// Errors: nullopt where the standard says failure.
// Source: https://url.spec.whatwg.org, 3.5 (host parsing) and 3.6 (host serializing).
// Test:   tests/unit/url/host_test.cc, tests/conformance/url/wpt_test.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace crawld {

// Whether the last label (a trailing dot aside) is a number: then the host is IPv4 or nothing.
bool ends_in_number(std::string_view host);
// "127.0.0.1" for "0x7f.1".
std::optional<std::string> canonical_ipv4(std::string_view host);
// "[2001:db8::1]" for "2001:DB8:0:0:0:0:0:1", which is given without brackets.
std::optional<std::string> canonical_ipv6(std::string_view address);

}  // namespace crawld
