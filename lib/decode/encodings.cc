#include "decode/encodings.h"

#include "base/text.h"
#include "decode/decoders.h"
#include "decode/encoding_table.h"
#include "url/utf8.h"

namespace crawld {
namespace {

bool has_label(std::string_view labels, std::string_view label) {
    for (size_t at = labels.find(label); at != std::string_view::npos;
         at = labels.find(label, at + 1)) {
        const size_t end = at + label.size();
        if ((at == 0 || labels[at - 1] == ' ') && (end == labels.size() || labels[end] == ' '))
            return true;
    }
    return false;
}

}  // namespace

const Encoding* find_encoding(std::string_view label) {
    const std::string wanted = lowercase(trim(label));
    if (wanted.empty() || wanted.find(' ') != std::string::npos) return nullptr;
    for (const Encoding& encoding : kEncodings)
        if (has_label(encoding.labels, wanted)) return &encoding;
    return nullptr;
}

std::string convert_to_utf8(std::string_view bytes, const Encoding& encoding) {
    if (encoding.name == "utf-8") return to_utf8(bytes);
    // 14.1: whatever it is, it must not be taken for ASCII.
    if (encoding.name == "replacement") return bytes.empty() ? "" : "\xef\xbf\xbd";
    return decode_legacy(bytes, encoding);
}

}  // namespace crawld
