// The encoders of the Encoding standard behind url/query_encoder.h, over ICU's converters.
//
// ICU has the tables, but not always the standard's choices: some encodings of the standard can
// read more than they may write (euc-jp without JIS X 0212, big5 without the Hong Kong part, gbk
// without four bytes, none with ICU's private use characters), ISO-2022-JP has a state machine of
// its own, and a few characters differ. encoder_exceptions.h lists the latter.
//
// Thread: an encoder has a state; one thread at a time.
// Cost:   none until the first query; then ICU's converter is opened, and about 100 ns a character.
// Source: https://encoding.spec.whatwg.org 9 to 14; https://url.spec.whatwg.org 1.3.
// Test:   tests/unit/decode/query_encoder_test.cc, tests/conformance/decode/query_encoder_test.cc
#pragma once

#include <memory>
#include <string_view>

#include "url/query_encoder.h"

namespace crawld {

// `charset` as in Utf8Text. nullptr where queries are UTF-8: in pages of utf-8, utf-16 and
// replacement, and for a charset that the standard does not know.
std::unique_ptr<QueryEncoder> make_query_encoder(std::string_view charset);

}  // namespace crawld
