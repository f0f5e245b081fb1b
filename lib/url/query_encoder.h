// QueryEncoder: the query of a link in the bytes of its page's charset. A browser on a page in
// windows-1252 asks for "?q=%E4" where the page says "?q=ä", and such a site answers nothing else.
//
// Here is the interface alone; decode/query_encoder.h implements it, since converters are its.
// Thread: one at a time.
// Source: https://url.spec.whatwg.org, 1.3 (percent-encode after encoding).
#pragma once

#include <string>
#include <string_view>

namespace crawld {

class QueryEncoder {
  public:
    virtual ~QueryEncoder() = default;
    // `query`, which is valid UTF-8, in the charset. What has no bytes there becomes
    // "%26%23229%3B", the escaped form of "&#229;". Nothing else is escaped: that is the parser's.
    virtual std::string encode(std::string_view query) = 0;
};

}  // namespace crawld
