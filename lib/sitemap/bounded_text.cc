#include "sitemap/bounded_text.h"

#include <algorithm>

#include "base/text.h"
#include "sitemap/sitemap.h"
#include "url/utf8.h"

namespace crawld {
namespace {

// Unicode's White_Space beyond ASCII, the zero width space and the byte order mark.
constexpr bool is_wide_space(char32_t c) {
    return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200b) || c == 0x2028 ||
           c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000 || c == 0xfeff;
}

// The bytes of the white space that `text` begins with, 0 if it begins with something else.
size_t space_size(std::string_view text) {
    if (static_cast<unsigned char>(text.front()) < 0x80) return is_space(text.front()) ? 1 : 0;
    std::string_view rest = text;
    bool valid = true;
    const bool space = is_wide_space(utf8_next(rest, valid)) && valid;
    return space ? text.size() - rest.size() : 0;
}

constexpr bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

std::string_view without_trailing_space(std::string_view text) {
    while (!text.empty()) {
        size_t last = text.size() - 1;
        while (last > 0 && text.size() - last < 3 && is_continuation(text[last]))
            --last;
        const size_t size = space_size(text.substr(last));
        if (size == 0 || size != text.size() - last) break;
        text.remove_suffix(size);
    }
    return text;
}

}  // namespace

size_t leading_space(std::string_view text) {
    const size_t size = text.size();
    for (size_t space = 1; !text.empty() && space > 0; text.remove_prefix(space))
        space = space_size(text);
    return size - text.size();
}

void BoundedText::clear() {
    text_.clear();
    too_long_ = false;
}

void BoundedText::append(std::string_view piece) {
    if (empty()) piece.remove_prefix(leading_space(piece));
    const size_t fitting = std::min(piece.size(), kLocBytesMax - text_.size());
    text_ += piece.substr(0, fitting);
    if (leading_space(piece.substr(fitting)) < piece.size() - fitting) too_long_ = true;
}

std::string_view BoundedText::text() const {
    return without_trailing_space(text_);
}

}  // namespace crawld
