// What a link of given types is to us: the value of rel, in a tag or in a Link header.
//
// Cost:   no allocation.
// Source: WHATWG HTML 4.6.7 (link types).
// Test:   tests/unit/html/scanner_test.cc, tests/unit/html/header_links_test.cc
#pragma once

#include <optional>
#include <string_view>

#include "html/links.h"

namespace crawld {

struct LinkTypes {
    bool nofollow = false;         // or ugc, sponsored, if the options say so
    std::optional<LinkKind> kind;  // of a <link>; nothing: not one that is followed
};
// A style sheet that is also an alternate is a style sheet.
LinkTypes read_link_types(std::string_view rel, const HtmlOptions& options);

}  // namespace crawld
