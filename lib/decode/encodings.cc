#include "decode/encodings.h"

#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>

#include <array>
#include <memory>

#include "base/check.h"
#include "base/text.h"
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

struct CloseConverter {
    void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

// ICU's own substitution writes U+001A for some single bytes.
void write_replacement(const void*, UConverterToUnicodeArgs* to, const char*, int32_t,
                       UConverterCallbackReason reason, UErrorCode* error) {
    if (reason > UCNV_IRREGULAR) return;  // not about text: the converter is reset or closed
    constexpr UChar kReplacement = 0xfffd;
    *error = U_ZERO_ERROR;
    ucnv_cbToUWriteUChars(to, &kReplacement, 1, 0, error);
}

Converter open_converter(std::string_view name) {
    UErrorCode error = U_ZERO_ERROR;
    Converter converter(ucnv_open(std::string(name).c_str(), &error));
    // The names are those of our own table, and ICU's data are part of its library.
    CRAWLD_CHECK(U_SUCCESS(error));
    ucnv_setToUCallBack(converter.get(), write_replacement, nullptr, nullptr, nullptr, &error);
    CRAWLD_CHECK(U_SUCCESS(error));
    return converter;
}

// ICU converts by way of UTF-16 pieces, and writes U+FFFD for what is invalid.
std::string convert_with_icu(std::string_view bytes, std::string_view icu_name) {
    const Converter from = open_converter(icu_name);
    const Converter to = open_converter("utf-8");
    std::array<UChar, 4096> pivot;
    std::array<char, 16384> piece;
    UChar* pivot_source = pivot.data();
    UChar* pivot_target = pivot.data();
    const char* source = bytes.data();
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 4);
    bool more = true;
    for (bool reset = true; more; reset = false) {
        char* target = piece.data();
        UErrorCode error = U_ZERO_ERROR;
        ucnv_convertEx(to.get(), from.get(), &target, piece.data() + piece.size(), &source,
                       bytes.data() + bytes.size(), pivot.data(), &pivot_source, &pivot_target,
                       pivot.data() + pivot.size(), reset, true, &error);
        out.append(piece.data(), static_cast<size_t>(target - piece.data()));
        more = error == U_BUFFER_OVERFLOW_ERROR;
        CRAWLD_CHECK(more || U_SUCCESS(error));
    }
    return out;
}

template <class ToUnicode>
std::string convert_bytewise(std::string_view bytes, ToUnicode&& to_unicode) {
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 4);
    for (char c : bytes)
        utf8_append(out, to_unicode(static_cast<uint8_t>(c)));
    return out;
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
    if (!encoding.icu.empty()) return convert_with_icu(bytes, encoding.icu);
    if (encoding.name == "utf-8") return to_utf8(bytes);
    // 14.1: whatever it is, it must not be taken for ASCII.
    if (encoding.name == "replacement") return bytes.empty() ? "" : "\xef\xbf\xbd";
    if (encoding.name == "x-user-defined")
        return convert_bytewise(
            bytes, [](uint8_t b) { return b < 0x80 ? char32_t{b} : char32_t{0xf700u + b}; });
    CRAWLD_CHECK(encoding.name == "iso-8859-16");
    return convert_bytewise(
        bytes, [](uint8_t b) { return b < 0xa0 ? char32_t{b} : char32_t{kIso8859_16[b - 0xa0]}; });
}

}  // namespace crawld
