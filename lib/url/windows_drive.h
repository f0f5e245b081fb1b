// Windows drive letters, which file URLs treat as the root of their path ("file:///C:/").
//
// Source: https://url.spec.whatwg.org, 4.2 (URL miscellaneous).
// Test:   tests/conformance/url/wpt_test.cc
#pragma once

#include <string_view>

#include "base/text.h"

namespace crawld {

constexpr bool is_windows_drive(std::string_view segment) {
    return segment.size() == 2 && is_alpha(segment[0]) && (segment[1] == ':' || segment[1] == '|');
}

// Whether a drive letter and then nothing, or the start of a path, query or fragment, comes next.
constexpr bool starts_with_windows_drive(std::string_view text) {
    return is_windows_drive(text.substr(0, 2)) &&
           (text.size() == 2 || std::string_view("/\\?#").find(text[2]) != std::string_view::npos);
}

// "/C:" of "/C:/a"; empty if the first segment is not a drive letter with a colon.
constexpr std::string_view windows_drive_of_path(std::string_view path) {
    const bool drive = path.size() >= 3 && path[0] == '/' && is_alpha(path[1]) && path[2] == ':' &&
                       (path.size() == 3 || path[3] == '/');
    return drive ? path.substr(0, 3) : std::string_view();
}

}  // namespace crawld
