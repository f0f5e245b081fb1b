// The media type that counts for a body: what the server says, unless it says nothing or cannot be
// right.
//
// Without a usable Content-Type the beginning of the body tells, as in the standard; text/plain is
// never found to be HTML, so that nobody's text becomes a page. Beyond the standard, which shows as
// a page whatever claims to be one: text/html that begins like a PDF or PostScript file, or has
// binary bytes and no tag of HTML at its beginning, is something else.
// The types of images, audio and video are left as they are said: none of them is read here. Of
// unknown ones the fixed signatures are told; mp4, webm and bare mp3 are application/octet-stream.
//
// Cost:   looks at the first 1,445 bytes at most.
// Source: https://mimesniff.spec.whatwg.org 5.1, 6, 7.
// Test:   tests/conformance/decode/mime_sniff_test.cc
#pragma once

#include <string>
#include <string_view>

namespace crawld {

// An essence: "text/html". `content_type` is of all such headers, `body` is decoded; `no_sniff`:
// X-Content-Type-Options asks to guess no type that has scripts.
std::string sniff_mime(std::string_view content_type, std::string_view body, bool no_sniff);

}  // namespace crawld
