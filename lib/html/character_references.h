// Character references ("&amp;", "&#233;") in attribute values and titles.
//
// Cost:   a value without '&', CR and NUL is returned as it is.
// Source: WHATWG HTML 13.2.5.72 to 13.2.5.80; 13.5 (the names).
// Test:   tests/unit/html/character_references_test.cc
#pragma once

#include <string>
#include <string_view>

namespace crawld {

// The value that a raw attribute value stands for: references resolved, line ends made LF
// (13.2.3.5), NUL replaced. Points into `raw`, or into `scratch` if something had to change.
std::string_view decode_attribute(std::string_view raw, std::string& scratch);
// The same for the text of a title, where "&copy2026" is a reference and in an attribute none.
std::string_view decode_title(std::string_view raw, std::string& scratch);

}  // namespace crawld
