// MIME types: what is serialised parses to itself; names are in lower case and come once.
#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "decode/decode.h"
#include "decode/mime.h"
#include "fuzz/input.h"

using namespace crawld;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const fuzz::Exact text({reinterpret_cast<const char*>(data), size});
    const auto message = extract_mime(text.view());
    fuzz::expect_same("the type and its essence", message ? message->essence : "",
                      mime_essence(text.view()));
    const auto type = parse_mime(text.view());
    if (!type) return 0;
    CRAWLD_CHECK(std::count(type->essence.begin(), type->essence.end(), '/') == 1);
    CRAWLD_CHECK(type->essence == lowercase(type->essence));
    for (const auto& [name, value] : type->parameters) {
        CRAWLD_CHECK(name == lowercase(name) && !name.empty());
        // The first of a name is found, so a second would differ in its address.
        CRAWLD_CHECK(type->parameter(name)->data() == value.data());
    }
    const auto again = parse_mime(to_string(*type));
    fuzz::expect_same("a type and what its text parses to", to_string(*type),
                      again ? to_string(*again) : "(none)");
    return 0;
}
