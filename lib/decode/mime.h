// A MIME type as browsers read it from a Content-Type header.
//
// Errors: nothing where the text is not one.
// Cost:   linear.
// Source: https://mimesniff.spec.whatwg.org 4.4 (parsing), 4.5 (serialising);
//         https://fetch.spec.whatwg.org 3.1 (extract a MIME type; get, decode, and split).
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

// The type of a message, all of whose Content-Type headers are in `content_type`, joined by commas:
// the last one that is a type. Without a charset of its own it has that of the first of those of
// the same type that stand right before it (Fetch, "extract a MIME type").
std::optional<MimeType> extract_mime(std::string_view content_type);

std::string to_string(const MimeType& type);

}  // namespace crawld
