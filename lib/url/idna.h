// Internationalised names: the standard's "domain to ASCII" for a domain that is not ASCII.
// (An ASCII domain needs no look at all: the standard takes it lower-cased as it is, "xn--" labels
// included, because the web has names that no rule of IDNA allows.)
//
// Thread: any.
// Errors: nullopt: not a valid name, or longer than kIdnaBytesMax, before or after; a name with
//         characters that Unicode got after ICU's tables were made (no registry has such names).
// Cost:   quadratic in the length, by the nature of Punycode; hence the bound.
// Source: https://url.spec.whatwg.org, 3.3 (IDNA); UTS #46 through ICU.
// Test:   tests/conformance/url/wpt_test.cc, tests/unit/url/host_test.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace crawld {

// A name of the DNS has at most 253 characters; ICU takes some 40 us for the worst of this length.
inline constexpr size_t kIdnaBytesMax = 384;

// `domain` is valid UTF-8. The result may be empty: some characters are ignored.
std::optional<std::string> idna_to_ascii(std::string_view domain);

}  // namespace crawld
