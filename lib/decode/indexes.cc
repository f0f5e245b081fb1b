#include "decode/indexes.h"

#include <algorithm>
#include <mutex>

#include "decode/encoding_table.h"
#include "decode/icu_converter.h"
#include "decode/index_exceptions.h"

namespace crawld {
namespace {

// The bytes of a pointer, as some encoding writes it that has the index.
using Bytes = std::array<uint8_t, 4>;
struct Layout {
    std::string_view icu;
    size_t pointers;
    size_t length;  // bytes of each
    Bytes (*bytes_of)(size_t pointer);
};

constexpr uint8_t byte_of(size_t value) {
    return static_cast<uint8_t>(value);
}

// The inverse of what decoders.cc makes of bytes.
Layout layout_of(IndexName name) {
    switch (name) {
        case IndexName::big5:
            return {"big5-hkscs", 126 * 157, 2, [](size_t p) {
                        const size_t trail = p % 157;
                        return Bytes{byte_of(0x81 + p / 157),
                                     byte_of(trail < 0x3F ? trail + 0x40 : trail + 0x62)};
                    }};
        case IndexName::euc_kr:
            return {"windows-949", 126 * 190, 2, [](size_t p) {
                        return Bytes{byte_of(0x81 + p / 190), byte_of(0x41 + p % 190)};
                    }};
        case IndexName::gb18030:
            return {"gb18030", 126 * 190, 2, [](size_t p) {
                        const size_t trail = p % 190;
                        return Bytes{byte_of(0x81 + p / 190),
                                     byte_of(trail < 0x3F ? trail + 0x40 : trail + 0x41)};
                    }};
        case IndexName::gb18030_ranges:
            return {"gb18030", 39420, 4, [](size_t p) {
                        return Bytes{byte_of(0x81 + p / 12600), byte_of(0x30 + p / 1260 % 10),
                                     byte_of(0x81 + p / 10 % 126), byte_of(0x30 + p % 10)};
                    }};
        case IndexName::jis0208:
            return {"windows-31j", 60 * 188, 2, [](size_t p) {
                        const size_t lead = p / 188, trail = p % 188;
                        return Bytes{byte_of(lead < 0x1F ? lead + 0x81 : lead + 0xC1),
                                     byte_of(trail < 0x3F ? trail + 0x40 : trail + 0x41)};
                    }};
        case IndexName::jis0212:
            return {"euc-jp", 94 * 94, 3, [](size_t p) {
                        return Bytes{0x8F, byte_of(0xA1 + p / 94), byte_of(0xA1 + p % 94)};
                    }};
    }
    return {};
}

// 0 where ICU has none.
char32_t character_of(UConverter* converter, const Bytes& bytes, size_t length) {
    std::array<UChar, 4> units{};
    UChar* target = units.data();
    const char* source = reinterpret_cast<const char*>(bytes.data());
    UErrorCode error = U_ZERO_ERROR;
    ucnv_resetToUnicode(converter);
    ucnv_toUnicode(converter, &target, units.data() + units.size(), &source, source + length,
                   nullptr, true, &error);
    if (U_FAILURE(error)) return 0;
    if (target - units.data() == 1) return units[0];
    const bool pair = target - units.data() == 2 && units[0] >= 0xD800 && units[0] < 0xDC00;
    return pair ? 0x10000 + ((units[0] - 0xD800u) << 10) + (units[1] - 0xDC00u) : 0;
}

IcuConverter open_strict(std::string_view icu_name) {
    IcuConverter converter = open_icu_converter(icu_name);
    UErrorCode error = U_ZERO_ERROR;
    ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr,
                        &error);
    CRAWLD_CHECK(U_SUCCESS(error));
    return converter;
}

Index make_index(IndexName name) {
    const Layout layout = layout_of(name);
    const IcuConverter converter = open_strict(layout.icu);
    Index index(layout.pointers);
    for (size_t pointer = 0; pointer < index.size(); ++pointer)
        index[pointer] = character_of(converter.get(), layout.bytes_of(pointer), layout.length);
    for (const IndexException& exception : kIndexExceptions) {
        if (exception.index != name) continue;
        for (size_t i = exception.first; i <= exception.last; ++i)
            index[i] = exception.character == 0
                           ? 0
                           : exception.character + static_cast<char32_t>(i - exception.first);
    }
    return index;
}

SingleByteIndex make_single_byte_index(const Encoding& encoding) {
    SingleByteIndex index{};
    if (encoding.name == "x-user-defined") {
        for (size_t i = 0; i < index.size(); ++i)
            index[i] = static_cast<char16_t>(0xF780 + i);
        return index;
    }
    if (encoding.name == "iso-8859-16") {
        for (size_t i = 0; i < index.size(); ++i)
            index[i] = i < 0x20 ? static_cast<char16_t>(0x80 + i) : kIso8859_16[i - 0x20];
        return index;
    }
    const IcuConverter converter = open_strict(encoding.icu);
    for (size_t i = 0; i < index.size(); ++i)
        index[i] =
            static_cast<char16_t>(character_of(converter.get(), Bytes{byte_of(0x80 + i)}, 1));
    for (const SingleByteException& exception : kSingleByteExceptions)
        if (exception.encoding == encoding.name)
            for (size_t byte = exception.first; byte <= exception.last; ++byte)
                index[byte - 0x80] = exception.character;
    return index;
}

template <IndexName kName>
const Index& made_once() {
    static const Index index = make_index(kName);
    return index;
}

}  // namespace

const Index& index_of(IndexName name) {
    switch (name) {
        case IndexName::big5:
            return made_once<IndexName::big5>();
        case IndexName::euc_kr:
            return made_once<IndexName::euc_kr>();
        case IndexName::gb18030:
            return made_once<IndexName::gb18030>();
        case IndexName::gb18030_ranges:
            return made_once<IndexName::gb18030_ranges>();
        case IndexName::jis0208:
            return made_once<IndexName::jis0208>();
        case IndexName::jis0212:
            return made_once<IndexName::jis0212>();
    }
    return made_once<IndexName::big5>();
}

const SingleByteIndex& single_byte_index(const Encoding& encoding) {
    static std::array<SingleByteIndex, std::size(kEncodings)> indexes;
    static std::array<std::once_flag, std::size(kEncodings)> made;
    const auto row = static_cast<size_t>(&encoding - kEncodings);
    CRAWLD_CHECK(row < indexes.size());
    std::call_once(made[row], [&] { indexes[row] = make_single_byte_index(encoding); });
    return indexes[row];
}

}  // namespace crawld
