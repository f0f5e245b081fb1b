#include "sitemap/utf8_blocks.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/text.h"
#include "decode/mime.h"
#include "decode/prescan.h"
#include "url/utf8.h"

namespace crawld {
namespace {

constexpr size_t kDeclarationBytesMax = 1024;

struct Bom {
    std::string_view mark;
    std::string_view label;
};
constexpr Bom kBoms[] = {
    {"\xef\xbb\xbf", "utf-8"}, {"\xfe\xff", "utf-16be"}, {"\xff\xfe", "utf-16le"}};

constexpr std::string_view kMultiByte[] = {"gbk",    "gb18030",   "big5",
                                           "euc-jp", "shift_jis", "euc-kr"};

bool is_readable(const Encoding& encoding) {
    return encoding.name != "iso-2022-jp" && encoding.name != "replacement";
}

const Encoding* declared_encoding(std::string_view bytes, std::string_view content_type) {
    const auto type = extract_mime(content_type);
    const auto label = type ? type->parameter("charset") : std::nullopt;
    const Encoding* encoding = label ? find_encoding(*label) : nullptr;
    if (encoding != nullptr) return encoding;
    bytes.remove_prefix(span_of(bytes, is_space));
    return prescan(bytes.substr(0, kDeclarationBytesMax));
}

// Takes the byte order mark off.
const Encoding* encoding_of(std::string_view& bytes, std::string_view content_type) {
    for (const Bom& bom : kBoms) {
        if (!bytes.starts_with(bom.mark)) continue;
        bytes.remove_prefix(bom.mark.size());
        return find_encoding(bom.label);
    }
    const Encoding* encoding = declared_encoding(bytes, content_type);
    return encoding != nullptr && is_readable(*encoding) ? encoding : find_encoding("utf-8");
}

// Without the beginning of a sequence that may go on. What is no beginning of one counts as whole.
size_t whole_utf8(std::string_view bytes) {
    for (size_t back = 1; back <= std::min<size_t>(3, bytes.size()); ++back) {
        const auto byte = static_cast<unsigned char>(bytes[bytes.size() - back]);
        if (byte < 0x80) break;
        if (byte < 0xc0) continue;
        const size_t length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
        return length > back ? bytes.size() - back : bytes.size();
    }
    return bytes.size();
}

// Without half a unit, and without a high surrogate whose low one may follow.
size_t whole_utf16(std::string_view bytes, size_t high_byte) {
    const size_t even = bytes.size() & ~size_t{1};
    if (even == 0) return 0;
    const auto high = static_cast<unsigned char>(bytes[even - 2 + high_byte]);
    return high >= 0xd8 && high < 0xdc ? even - 2 : even;
}

// Without such a byte anywhere a character may be cut, which costs no more than that character.
size_t whole_multi_byte(std::string_view bytes) {
    const auto last = std::find_if(bytes.rbegin(), bytes.rend(),
                                   [](char c) { return static_cast<unsigned char>(c) < '0'; });
    return last == bytes.rend() ? bytes.size() : static_cast<size_t>(bytes.rend() - last);
}

size_t whole_characters(std::string_view bytes, const Encoding& encoding) {
    if (encoding.name == "utf-8") return whole_utf8(bytes);
    if (encoding.name == "utf-16le") return whole_utf16(bytes, 1);
    if (encoding.name == "utf-16be") return whole_utf16(bytes, 0);
    const bool multi_byte = std::find(std::begin(kMultiByte), std::end(kMultiByte),
                                      encoding.name) != std::end(kMultiByte);
    return multi_byte ? whole_multi_byte(bytes) : bytes.size();
}

constexpr bool is_allowed_ascii(char c) {
    return (static_cast<unsigned char>(c) < 0x80 && c >= ' ') || c == '\n' || c == '\t' ||
           c == '\r';
}
constexpr std::array<bool, 256> kAllowedAscii = [] {
    std::array<bool, 256> table{};
    for (size_t i = 0; i < table.size(); ++i)
        table[i] = is_allowed_ascii(static_cast<char>(i));
    return table;
}();

// XML 1.0 2.2. `text` itself if all of it is allowed.
std::string_view keep_allowed(std::string_view text, std::string& out) {
    out.clear();
    std::string_view rest = text;
    const char* kept = text.data();  // from here to `rest` nothing is wrong
    const auto keep_until = [&](const char* end) {
        out.append(kept, static_cast<size_t>(end - kept));
    };
    while (true) {
        rest.remove_prefix(
            span_of(rest, [](char c) { return kAllowedAscii[static_cast<unsigned char>(c)]; }));
        if (rest.empty()) break;
        const char* here = rest.data();
        bool valid = true;
        const char32_t c = utf8_next(rest, valid);
        if (valid && c >= 0x80 && c != 0xfffe && c != 0xffff) continue;
        keep_until(here);
        kept = rest.data();
        if (c >= 0x80) utf8_append(out, kReplacementCharacter);
    }
    if (kept == text.data()) return text;
    keep_until(text.data() + text.size());
    return out;
}

}  // namespace

std::string_view Utf8Blocks::convert(std::string_view& bytes, bool last) {
    if (encoding_ == nullptr) encoding_ = encoding_of(bytes, content_type_);
    CRAWLD_CHECK(encoding_ != nullptr);
    std::string_view text =
        bytes.substr(0, last ? bytes.size() : whole_characters(bytes, *encoding_));
    bytes.remove_prefix(text.size());
    if (encoding_->name != "utf-8") {
        converted_ = convert_to_utf8(text, *encoding_);
        text = converted_;
    }
    return keep_allowed(text, allowed_);
}

}  // namespace crawld
