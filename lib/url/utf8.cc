#include "url/utf8.h"

#include <cstring>

namespace crawld {

namespace {

constexpr uint8_t byte_of(char c) {
    return static_cast<uint8_t>(c);
}

// What the first byte of a sequence says: how many bytes follow, the bits it gives, and the range
// of the second byte, which is what excludes overlong forms, surrogates and what is past U+10FFFF.
struct Lead {
    int following = -1;  // -1: no sequence starts with this byte
    char32_t bits = 0;
    uint8_t second_min = 0x80;
    uint8_t second_max = 0xBF;
};

constexpr Lead lead_of(uint8_t byte) {
    if (byte < 0x80) return {0, byte};
    if (byte < 0xC2) return {};
    if (byte < 0xE0) return {1, byte & 0x1Fu};
    if (byte == 0xE0) return {2, 0x0, 0xA0, 0xBF};
    if (byte == 0xED) return {2, 0xD, 0x80, 0x9F};
    if (byte < 0xF0) return {2, byte & 0x0Fu};
    if (byte == 0xF0) return {3, 0x0, 0x90, 0xBF};
    if (byte < 0xF4) return {3, byte & 0x07u};
    if (byte == 0xF4) return {3, 0x4, 0x80, 0x8F};
    return {};
}

}  // namespace

bool is_ascii(std::string_view text) {
    size_t i = 0;
    for (; i + 8 <= text.size(); i += 8) {
        uint64_t word = 0;
        std::memcpy(&word, text.data() + i, sizeof(word));
        if (word & 0x8080808080808080) return false;
    }
    for (; i < text.size(); ++i) {
        if (byte_of(text[i]) >= 0x80) return false;
    }
    return true;
}

char32_t utf8_next(std::string_view& rest, bool& valid) {
    const Lead lead = lead_of(byte_of(rest.front()));
    rest.remove_prefix(1);
    char32_t code_point = lead.bits;
    for (int i = 0; i < lead.following; ++i) {
        const uint8_t min = i == 0 ? lead.second_min : 0x80;
        const uint8_t max = i == 0 ? lead.second_max : 0xBF;
        if (rest.empty() || byte_of(rest.front()) < min || byte_of(rest.front()) > max) {
            valid = false;
            return kReplacementCharacter;
        }
        code_point = code_point << 6 | (byte_of(rest.front()) & 0x3Fu);
        rest.remove_prefix(1);
    }
    if (lead.following >= 0) return code_point;
    valid = false;
    return kReplacementCharacter;
}

void utf8_append(std::string& out, char32_t code_point) {
    if (code_point < 0x80) {
        out.push_back(static_cast<char>(code_point));
        return;
    }
    const int following = code_point < 0x800 ? 1 : code_point < 0x10000 ? 2 : 3;
    constexpr uint32_t kLeadMarks[] = {0, 0xC0, 0xE0, 0xF0};
    out.push_back(static_cast<char>(kLeadMarks[following] | code_point >> (6 * following)));
    for (int i = following - 1; i >= 0; --i)
        out.push_back(static_cast<char>(0x80 | (code_point >> (6 * i) & 0x3F)));
}

bool is_utf8(std::string_view bytes) {
    if (is_ascii(bytes)) return true;
    bool valid = true;
    while (valid && !bytes.empty())
        utf8_next(bytes, valid);
    return valid;
}

std::string to_utf8(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    bool valid = true;
    while (!bytes.empty())
        utf8_append(out, utf8_next(bytes, valid));
    return out;
}

}  // namespace crawld
