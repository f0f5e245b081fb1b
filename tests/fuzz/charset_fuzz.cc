// Charsets: a line with the Content-Type, then the page. Whatever it is, UTF-8 comes out, in a
// charset of the standard, and what was UTF-8 stays as it is. Queries are encoded back.
#include "base/check.h"
#include "decode/decode.h"
#include "decode/encodings.h"
#include "decode/prescan.h"
#include "decode/query_encoder.h"
#include "fuzz/input.h"
#include "url/utf8.h"

using namespace crawld;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    fuzz::Input input(data, size);
    const fuzz::Exact content_type(input.line());
    const fuzz::Exact page(input.rest());

    const Encoding* declared = prescan(page.view());
    CRAWLD_CHECK(declared == nullptr || find_encoding(declared->name) == declared);
    const Utf8Text found = to_utf8(std::string(page.view()), content_type.view());
    CRAWLD_CHECK(is_utf8(found.text));
    CRAWLD_CHECK(found.text.size() <= 4 * page.view().size());
    const Encoding* encoding = find_encoding(found.charset);
    CRAWLD_CHECK(encoding != nullptr && encoding->name == found.charset);
    if (!found.text.starts_with("\xEF\xBB\xBF")) {
        const Utf8Text again = to_utf8(found.text, "text/html; charset=utf-8");
        fuzz::expect_same("UTF-8 and the same once more", found.text, again.text);
    }
    // What has no bytes in the charset becomes at most "%26%231114111%3B".
    if (const auto encoder = make_query_encoder(found.charset))
        CRAWLD_CHECK(encoder->encode(found.text).size() <= 16 * found.text.size() + 8);
    return 0;
}
