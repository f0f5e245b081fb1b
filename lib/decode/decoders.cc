#include "decode/decoders.h"

#include <algorithm>
#include <optional>

#include "base/check.h"
#include "decode/indexes.h"
#include "decode/iso_2022_jp.h"
#include "decode/utf8_writer.h"

namespace crawld {
namespace {

constexpr bool between(unsigned int byte, unsigned int min, unsigned int max) {
    return byte >= min && byte <= max;
}
constexpr bool is_ascii_byte(unsigned int byte) {
    return byte < 0x80;
}

// The text from some byte on. Bytes are unsigned here, and none is 0x100, which is in no range.
class Reader {
  public:
    explicit Reader(std::string_view rest) : rest_(rest) {}
    bool at_end() const { return rest_.empty(); }
    unsigned int peek(size_t ahead = 0) const {
        return ahead < rest_.size() ? static_cast<uint8_t>(rest_[ahead]) : 0x100u;
    }
    unsigned int next() {
        const unsigned int byte = peek();
        skip(1);
        return byte;
    }
    void skip(size_t bytes) { rest_.remove_prefix(std::min(bytes, rest_.size())); }
    std::string_view take_ascii() {
        size_t size = 0;
        while (size + 8 <= rest_.size() && is_ascii(rest_.substr(size, 8)))
            size += 8;
        while (size < rest_.size() && is_ascii_byte(static_cast<uint8_t>(rest_[size])))
            ++size;
        const std::string_view ascii = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return ascii;
    }

  private:
    std::string_view rest_;
};

// For encodings where ASCII bytes stand for themselves between characters: `take` reads one
// character, whose first byte is not ASCII.
template <class Take>
std::string decode_above_ascii(std::string_view bytes, Take&& take) {
    Reader in(bytes);
    Utf8Writer out(bytes.size() + bytes.size() / 2);
    while (true) {
        out.ascii(in.take_ascii());
        if (in.at_end()) return out.take();
        while (!in.at_end() && !is_ascii_byte(in.peek()))
            take(in, out);
    }
}

// The end of a character of two bytes, of which `trail` is still to be read.
void finish_pair(char32_t c, unsigned int trail, Reader& in, Utf8Writer& out) {
    if (c != 0 || !is_ascii_byte(trail)) in.skip(1);
    out.put_or_error(c);
}

char32_t at(const Index& index, std::optional<unsigned int> pointer) {
    return pointer && *pointer < index.size() ? index[*pointer] : 0;
}

std::string decode_single_bytes(std::string_view bytes, const Encoding& encoding) {
    const SingleByteIndex& index = single_byte_index(encoding);
    return decode_above_ascii(
        bytes, [&](Reader& in, Utf8Writer& out) { out.put_or_error(index[in.next() - 0x80]); });
}

// 10.2.1
class Gb18030 {
  public:
    void operator()(Reader& in, Utf8Writer& out) const {
        const unsigned int first = in.next();
        if (first == 0x80) return out.put(0x20AC);
        if (!between(first, 0x81, 0xFE)) return out.error();
        const unsigned int second = in.peek();
        if (between(second, '0', '9')) return take_four(first, in, out);
        std::optional<unsigned int> pointer;
        if (between(second, 0x40, 0x7E) || between(second, 0x80, 0xFE))
            pointer = (first - 0x81) * 190 + second - (second < 0x7F ? 0x40 : 0x41);
        finish_pair(at(index_, pointer), second, in, out);
    }

  private:
    // `in` is at the second byte.
    void take_four(unsigned int first, Reader& in, Utf8Writer& out) const {
        const unsigned int second = in.peek(), third = in.peek(1), fourth = in.peek(2);
        const bool ends = in.peek(1) > 0xFF || (between(third, 0x81, 0xFE) && fourth > 0xFF);
        if (ends) in.skip(2);  // all of it is one error
        if (ends || !between(third, 0x81, 0xFE) || !between(fourth, '0', '9')) return out.error();
        in.skip(3);
        const unsigned int pointer =
            (first - 0x81) * 12600 + (second - 0x30) * 1260 + (third - 0x81) * 10 + fourth - 0x30;
        const bool beyond = between(pointer, 189000, 1237575);
        out.put_or_error(beyond ? 0x10000 + pointer - 189000 : at(ranges_, pointer));
    }

    const Index& index_ = index_of(IndexName::gb18030);
    const Index& ranges_ = index_of(IndexName::gb18030_ranges);
};

// 11.1.1
class Big5 {
  public:
    void operator()(Reader& in, Utf8Writer& out) const {
        const unsigned int lead = in.next();
        if (!between(lead, 0x81, 0xFE)) return out.error();
        const unsigned int trail = in.peek();
        std::optional<unsigned int> pointer;
        if (between(trail, 0x40, 0x7E) || between(trail, 0xA1, 0xFE))
            pointer = (lead - 0x81) * 157 + trail - (trail < 0x7F ? 0x40 : 0x62);
        if (pointer == 1133 || pointer == 1135) return put_two(0xCA, *pointer == 1133, in, out);
        if (pointer == 1164 || pointer == 1166) return put_two(0xEA, *pointer == 1164, in, out);
        finish_pair(at(index_, pointer), trail, in, out);
    }

  private:
    // A letter with macron or caron, which have no character of their own.
    static void put_two(char32_t letter, bool macron, Reader& in, Utf8Writer& out) {
        in.skip(1);
        out.put(letter);
        out.put(macron ? 0x304 : 0x30C);
    }

    const Index& index_ = index_of(IndexName::big5);
};

// 12.1.1
class EucJp {
  public:
    void operator()(Reader& in, Utf8Writer& out) const {
        unsigned int lead = in.next();
        if (lead != 0x8E && lead != 0x8F && !between(lead, 0xA1, 0xFE)) return out.error();
        const bool katakana = lead == 0x8E && between(in.peek(), 0xA1, 0xDF);
        if (katakana) return out.put(0xFF61 - 0xA1 + in.next());
        const bool jis0212 = lead == 0x8F && between(in.peek(), 0xA1, 0xFE);
        if (jis0212) lead = in.next();
        const unsigned int trail = in.peek();
        std::optional<unsigned int> pointer;
        if (between(lead, 0xA1, 0xFE) && between(trail, 0xA1, 0xFE))
            pointer = (lead - 0xA1) * 94 + trail - 0xA1;
        finish_pair(at(jis0212 ? jis0212_ : jis0208_, pointer), trail, in, out);
    }

  private:
    const Index& jis0208_ = index_of(IndexName::jis0208);
    const Index& jis0212_ = index_of(IndexName::jis0212);
};

// 12.3.1
class ShiftJis {
  public:
    void operator()(Reader& in, Utf8Writer& out) const {
        const unsigned int lead = in.next();
        if (lead == 0x80) return out.put(lead);
        if (between(lead, 0xA1, 0xDF)) return out.put(0xFF61 - 0xA1 + lead);
        if (!between(lead, 0x81, 0x9F) && !between(lead, 0xE0, 0xFC)) return out.error();
        const unsigned int trail = in.peek();
        std::optional<unsigned int> pointer;
        if (between(trail, 0x40, 0x7E) || between(trail, 0x80, 0xFC))
            pointer =
                (lead - (lead < 0xA0 ? 0x81 : 0xC1)) * 188 + trail - (trail < 0x7F ? 0x40 : 0x41);
        // Characters of users' own, as other systems have them.
        const bool own = pointer && between(*pointer, 8836, 10715);
        finish_pair(own ? 0xE000 - 8836 + *pointer : at(index_, pointer), trail, in, out);
    }

  private:
    const Index& index_ = index_of(IndexName::jis0208);
};

// 13.1.1
class EucKr {
  public:
    void operator()(Reader& in, Utf8Writer& out) const {
        const unsigned int lead = in.next();
        if (!between(lead, 0x81, 0xFE)) return out.error();
        const unsigned int trail = in.peek();
        std::optional<unsigned int> pointer;
        if (between(trail, 0x41, 0xFE)) pointer = (lead - 0x81) * 190 + trail - 0x41;
        finish_pair(at(index_, pointer), trail, in, out);
    }

  private:
    const Index& index_ = index_of(IndexName::euc_kr);
};

// 14.2.1
std::string decode_utf16(std::string_view bytes, bool big_endian) {
    Reader in(bytes);
    Utf8Writer out(bytes.size());
    const auto peek_unit = [&]() -> char32_t {
        const unsigned int first = in.peek(), second = in.peek(1);
        if (second > 0xFF) return 0x10000;  // half a unit, or none
        return big_endian ? first << 8 | second : second << 8 | first;
    };
    while (!in.at_end()) {
        const char32_t unit = peek_unit();
        in.skip(2);
        const char32_t low = between(unit, 0xD800, 0xDBFF) ? peek_unit() : 0;
        if (between(low, 0xDC00, 0xDFFF)) {
            in.skip(2);
            out.put(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
            continue;
        }
        // A surrogate at the end, and half a unit behind it, are one error.
        if (low == 0x10000) in.skip(1);
        out.put(unit == 0x10000 || between(unit, 0xD800, 0xDFFF) ? kReplacementCharacter : unit);
    }
    return out.take();
}

}  // namespace

std::string decode_legacy(std::string_view bytes, const Encoding& encoding) {
    const std::string_view name = encoding.name;
    CRAWLD_CHECK(name != "utf-8" && name != "replacement");
    if (name == "gbk" || name == "gb18030") return decode_above_ascii(bytes, Gb18030());
    if (name == "big5") return decode_above_ascii(bytes, Big5());
    if (name == "euc-jp") return decode_above_ascii(bytes, EucJp());
    if (name == "shift_jis") return decode_above_ascii(bytes, ShiftJis());
    if (name == "euc-kr") return decode_above_ascii(bytes, EucKr());
    if (name == "iso-2022-jp") return decode_iso_2022_jp(bytes);
    if (name == "utf-16be" || name == "utf-16le") return decode_utf16(bytes, name == "utf-16be");
    return decode_single_bytes(bytes, encoding);
}

}  // namespace crawld
