#include "html/character_references.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"
#include "url/utf8.h"

namespace crawld {
namespace {

struct NamedReference {
    std::string_view name;  // without '&', with ';' if it has one
    std::string_view text;
};
constexpr NamedReference kNamedReferences[] = {
#include "html/named_references.inc"
};

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// 13.2.5.80: numbers of the C1 controls mean what windows-1252 has there.
constexpr std::array<uint16_t, 32> kC1 = {
    0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
    0x2039, 0x152,  0x8d,   0x17d,  0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178};

uint32_t numeric_meaning(uint32_t c) {
    if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) return 0xfffd;
    return c >= 0x80 && c < 0xa0 ? kC1[c - 0x80] : c;
}

// `rest` is behind "&#". The length read, 0 if it is no reference.
size_t read_numeric(std::string_view rest, std::string& out) {
    const bool hex = !rest.empty() && to_lower(rest[0]) == 'x';
    size_t at = hex ? 1 : 0;
    const size_t first = at;
    uint32_t value = 0;
    for (; at < rest.size() && (hex ? hex_value(rest[at]) >= 0 : is_digit(rest[at])); ++at)
        value = std::min<uint32_t>(
            value * (hex ? 16 : 10) + static_cast<uint32_t>(hex_value(rest[at])), 0x110000);
    if (at == first) return 0;
    if (at < rest.size() && rest[at] == ';') ++at;
    utf8_append(out, numeric_meaning(value));
    return at;
}

// The longest name that `rest` begins with. Each step narrows the rows to those that agree with
// one more byte.
const NamedReference* find_named(std::string_view rest) {
    const NamedReference* low = std::begin(kNamedReferences);
    const NamedReference* high = std::end(kNamedReferences);
    const NamedReference* found = nullptr;
    for (size_t i = 0; i < rest.size() && low != high; ++i) {
        const auto byte_at = [i](const NamedReference& row) {
            return row.name.size() > i ? row.name[i] : '\0';
        };
        low = std::lower_bound(low, high, rest[i],
                               [&](const auto& row, char c) { return byte_at(row) < c; });
        high = std::upper_bound(low, high, rest[i],
                                [&](char c, const auto& row) { return c < byte_at(row); });
        if (low != high && low->name.size() == i + 1) found = low;
    }
    return found;
}

// `rest` is behind '&'. The length read, 0 if it is no reference.
size_t read_named(std::string_view rest, bool in_attribute, std::string& out) {
    const NamedReference* found = find_named(rest);
    if (found == nullptr) return 0;
    const size_t size = found->name.size();
    // 13.2.5.73: in attributes "&copy=1" and "&copyright" are no references.
    const char next = size < rest.size() ? rest[size] : '\0';
    if (in_attribute && found->name.back() != ';' && (next == '=' || is_alnum(next))) return 0;
    out += found->text;
    return size;
}

std::string_view decode(std::string_view raw, bool in_attribute, std::string& scratch) {
    constexpr std::string_view kSpecial("&\r\0", 3);
    size_t special = raw.find_first_of(kSpecial);
    if (special == std::string_view::npos) return raw;
    scratch.clear();
    while (special != std::string_view::npos) {
        scratch += raw.substr(0, special);
        const char c = raw[special];
        raw.remove_prefix(special + 1);
        if (c == '\0') {
            scratch += kReplacement;
        } else if (c == '\r') {
            scratch += '\n';
            if (raw.starts_with('\n')) raw.remove_prefix(1);
        } else {
            const bool numeric = raw.starts_with('#');
            const size_t read = numeric ? read_numeric(raw.substr(1), scratch)
                                        : read_named(raw, in_attribute, scratch);
            if (read == 0)
                scratch += '&';
            else
                raw.remove_prefix(read + (numeric ? 1 : 0));
        }
        special = raw.find_first_of(kSpecial);
    }
    scratch += raw;
    return scratch;
}

}  // namespace

std::string_view decode_attribute(std::string_view raw, std::string& scratch) {
    return decode(raw, true, scratch);
}

std::string_view decode_title(std::string_view raw, std::string& scratch) {
    return decode(raw, false, scratch);
}

}  // namespace crawld
