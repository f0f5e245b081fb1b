// Links that stand in HTTP headers: Link (RFC 8288) and Refresh. They are the same links as those
// of <link> and <meta http-equiv=refresh>, and any kind of document may have them.
//
// Relative references are relative to the URL of the response, whatever <base> says. A link whose
// anchor parameter names another context says nothing about this page and is left out.
//
// Owns:   the links own their text.
// Errors: none: an entry that cannot be read is passed over up to the next comma outside of quotes
//         and angle brackets.
// Cost:   linear.
// Source: RFC 8288 section 3 and appendix B.2; WHATWG HTML 7.4.8 (Refresh).
// Test:   tests/unit/html/header_links_test.cc
#pragma once

#include <string_view>

#include "html/links.h"

namespace crawld {

// Both add to `page`.

// One Link header's value; embeds (rel=stylesheet, icon) only if `options` asks for them. An
// alternate in several languages, which one link may be, has them all: "de,fr".
void add_link_header(std::string_view value, const HtmlOptions& options, PageLinks& page);
void add_refresh_header(std::string_view value, PageLinks& page);

}  // namespace crawld
