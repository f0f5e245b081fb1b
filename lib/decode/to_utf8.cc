#include <cstring>

#include "base/check.h"
#include "decode/decode.h"
#include "decode/encodings.h"
#include "decode/mime.h"
#include "decode/prescan.h"
#include "url/utf8.h"

namespace crawld {
namespace {

// Eight ASCII bytes a step, and whole sequences between them.
bool is_valid_utf8(std::string_view rest) {
    bool valid = true;
    while (!rest.empty() && valid) {
        uint64_t word = 0;
        if (rest.size() >= sizeof(word)) {
            std::memcpy(&word, rest.data(), sizeof(word));
            if ((word & 0x8080808080808080) == 0) {
                rest.remove_prefix(sizeof(word));
                continue;
            }
        }
        if (static_cast<uint8_t>(rest[0]) < 0x80)
            rest.remove_prefix(1);
        else
            utf8_next(rest, valid);
    }
    return valid;
}

// Encoding standard 6.1, "BOM sniff".
struct Bom {
    std::string_view mark;
    std::string_view label;
};
constexpr Bom kBoms[] = {
    {"\xef\xbb\xbf", "utf-8"}, {"\xfe\xff", "utf-16be"}, {"\xff\xfe", "utf-16le"}};

const Encoding* encoding_of_header(std::string_view content_type) {
    const std::optional<MimeType> type = extract_mime(content_type);
    const auto label = type ? type->parameter("charset") : std::nullopt;
    return label ? find_encoding(*label) : nullptr;
}

// Whether ASCII bytes stand for themselves, so that pure ASCII needs no conversion.
bool extends_ascii(const Encoding& encoding) {
    return encoding.name != "utf-16be" && encoding.name != "utf-16le" &&
           encoding.name != "iso-2022-jp" && encoding.name != "replacement";
}

Utf8Text convert(std::string bytes, const Encoding& encoding) {
    Utf8Text result{.text = {}, .charset = std::string(encoding.name)};
    const bool ready = encoding.name == "utf-8" ? is_valid_utf8(bytes)
                                                : extends_ascii(encoding) && is_ascii(bytes);
    result.text = ready ? std::move(bytes) : convert_to_utf8(bytes, encoding);
    return result;
}

}  // namespace

// WHATWG HTML 13.2.3.2, with the text itself as the last witness: what is valid UTF-8 and is not
// all ASCII hardly ever is anything else.
Utf8Text to_utf8(std::string bytes, std::string_view content_type) {
    for (const Bom& bom : kBoms) {
        if (!bytes.starts_with(bom.mark)) continue;
        const Encoding* encoding = find_encoding(bom.label);
        CRAWLD_CHECK(encoding != nullptr);
        bytes.erase(0, bom.mark.size());
        return convert(std::move(bytes), *encoding);
    }
    const Encoding* encoding = encoding_of_header(content_type);
    if (encoding == nullptr) encoding = prescan(bytes);
    if (encoding == nullptr && is_valid_utf8(bytes)) return {std::move(bytes), "utf-8"};
    if (encoding == nullptr) encoding = find_encoding("windows-1252");
    return convert(std::move(bytes), *encoding);
}

}  // namespace crawld
