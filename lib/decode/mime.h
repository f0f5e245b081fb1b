// A MIME type as browsers read it from a Content-Type header.
//
// Errors: nothing where the text is not one.
// Source: https://mimesniff.spec.whatwg.org 4.4 (parsing), 4.5 (serialising).
// Test:   tests/unit/decode/mime_test.cc, tests/conformance/decode/mime_test.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crawld {

struct MimeType {
    std::string essence;                                          // "text/html", lower case
    std::vector<std::pair<std::string, std::string>> parameters;  // names in lower case, once each

    // Of the parameter with this lower-case name.
    std::optional<std::string_view> parameter(std::string_view name) const;
};

std::optional<MimeType> parse_mime(std::string_view text);
std::string to_string(const MimeType& type);

}  // namespace crawld
