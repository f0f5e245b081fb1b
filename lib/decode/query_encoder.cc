#include "decode/query_encoder.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "decode/encoder_exceptions.h"
#include "decode/encoding_table.h"
#include "decode/icu_converter.h"
#include "url/utf8.h"

namespace crawld {
namespace {

constexpr bool is_private_use(char32_t c) {
    return c >= 0xE000 && c <= 0xF8FF;
}

void append_reference(std::string& out, char32_t c) {
    out.append("%26%23").append(std::to_string(static_cast<uint32_t>(c))).append("%3B");
}

// One character to bytes by ICU's tables: strict, so that nothing is written that merely looks like
// it. Views are valid until the next call.
class IcuTable {
  public:
    explicit IcuTable(std::string_view name) : converter_(open_icu_converter(name)) {
        UErrorCode error = U_ZERO_ERROR;
        ucnv_setFromUCallBack(converter_.get(), UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr,
                              nullptr, &error);
        ucnv_setFallback(converter_.get(), false);
        CRAWLD_CHECK(U_SUCCESS(error));
    }

    // Empty: ICU has no bytes for it.
    std::string_view bytes_of(char32_t c) {
        std::array<UChar, 2> units{static_cast<UChar>(c)};
        int count = 1;
        if (c > 0xFFFF) {
            units = {static_cast<UChar>(0xD7C0 + (c >> 10)),
                     static_cast<UChar>(0xDC00 + (c & 0x3FF))};
            count = 2;
        }
        ucnv_resetFromUnicode(converter_.get());
        char* target = bytes_.data();
        const UChar* source = units.data();
        UErrorCode error = U_ZERO_ERROR;
        ucnv_fromUnicode(converter_.get(), &target, bytes_.data() + bytes_.size(), &source,
                         units.data() + count, nullptr, true, &error);
        if (U_FAILURE(error)) return {};
        return {bytes_.data(), static_cast<size_t>(target - bytes_.data())};
    }

  private:
    IcuConverter converter_;
    std::array<char, 16> bytes_{};
};

// The character encoder of an encoding without states.
class CharacterEncoder {
  public:
    explicit CharacterEncoder(const Encoding& encoding)
        : encoding_(encoding), gbk_(encoding.name == "gbk") {}

    // The bytes of a character that is not ASCII; empty: there are none. A view until the next
    // call.
    std::string_view bytes_of(char32_t c) {
        if (const EncoderException* exception = exception_of(c)) {
            if (exception->bytes == 0) return {};
            return spelled(exception->bytes + (c - exception->first));
        }
        if (encoding_.icu.empty()) return bytewise(c);
        if (!table_) table_ = std::make_unique<IcuTable>(encoding_.icu);
        const std::string_view bytes = table_->bytes_of(c);
        return may_write(c, bytes) ? bytes : std::string_view();
    }

  private:
    const EncoderException* exception_of(char32_t c) const {
        const auto* found = std::find_if(
            std::begin(kEncoderExceptions), std::end(kEncoderExceptions),
            [&](const EncoderException& e) {
                return c >= e.first && c <= e.last &&
                       (e.encoding == encoding_.name || (gbk_ && e.encoding == "gb18030"));
            });
        return found == std::end(kEncoderExceptions) ? nullptr : found;
    }

    std::string_view spelled(uint32_t bytes) {
        spelled_.clear();
        if (bytes > 0xFF) spelled_.push_back(static_cast<char>(bytes >> 8));
        spelled_.push_back(static_cast<char>(bytes & 0xFF));
        return spelled_;
    }

    // The two single-byte encodings that ICU does not have.
    std::string_view bytewise(char32_t c) {
        if (encoding_.name == "x-user-defined")
            return c >= 0xF780 && c <= 0xF7FF ? spelled(c - 0xF700) : std::string_view();
        CRAWLD_CHECK(encoding_.name == "iso-8859-16");
        if (c < 0xA0) return spelled(c);
        const auto* found = std::find(std::begin(kIso8859_16), std::end(kIso8859_16), c);
        if (found == std::end(kIso8859_16)) return {};
        return spelled(0xA0 + static_cast<uint32_t>(found - std::begin(kIso8859_16)));
    }

    // What the standard's encoder writes of what ICU's would.
    bool may_write(char32_t c, std::string_view bytes) const {
        if (bytes.empty()) return false;
        const std::string_view name = encoding_.name;
        const auto lead = static_cast<uint8_t>(bytes.front());
        if (gbk_) return bytes.size() <= 2;                              // 10.1.2: no four bytes
        if (name == "euc-jp") return bytes.size() == 2 && lead != 0x8F;  // 12.1.2: no JIS X 0212
        // ICU keeps room for characters of users' own, which the standard has not.
        if (name == "windows-874" || name == "shift_jis") return !is_private_use(c);
        if (name == "euc-kr") return bytes.size() == 2 && !is_private_use(c);
        if (name == "big5") return lead >= 0xA1 && !is_private_use(c);  // 5: below is read only
        return true;
    }

    const Encoding& encoding_;
    const bool gbk_;
    std::unique_ptr<IcuTable> table_;  // opened when first needed
    std::string spelled_;
};

class StatelessEncoder : public QueryEncoder {
  public:
    explicit StatelessEncoder(const Encoding& encoding) : characters_(encoding) {}

    std::string encode(std::string_view query) override {
        std::string out;
        bool valid = true;
        while (!query.empty()) {
            const char32_t c = utf8_next(query, valid);
            const std::string_view bytes = c < 0x80 ? std::string_view() : characters_.bytes_of(c);
            if (c < 0x80) {
                out.push_back(static_cast<char>(c));
            } else if (bytes.empty()) {
                append_reference(out, c);
            } else {
                out.append(bytes);
            }
        }
        return out;
    }

  private:
    CharacterEncoder characters_;
};

// 12.2.2. Its double-byte set is euc-jp's, with the high bits off.
class Iso2022JpEncoder : public QueryEncoder {
  public:
    std::string encode(std::string_view query) override {
        out_.clear();
        set_ = Set::ascii;
        bool valid = true;
        while (!query.empty())
            put(utf8_next(query, valid));
        select(Set::ascii);
        return std::move(out_);
    }

  private:
    enum class Set : uint8_t { ascii, roman, jis0208 };

    void select(Set set) {
        if (set == set_) return;
        set_ = set;
        out_.append(set == Set::ascii ? "\x1B(B" : set == Set::roman ? "\x1B(J" : "\x1B$B");
    }

    void put(char32_t c) {
        const bool switches = c == 0x0E || c == 0x0F || c == 0x1B;
        const bool yen_or_overline = c == 0xA5 || c == 0x203E;
        if (c < 0x80 && !switches) {
            const bool also_roman = c != '\\' && c != '~';
            if (set_ != Set::roman || !also_roman) select(Set::ascii);
            out_.push_back(static_cast<char>(c));
        } else if (switches) {
            if (set_ == Set::jis0208) select(Set::ascii);
            append_reference(out_, kReplacementCharacter);
        } else if (yen_or_overline) {
            select(Set::roman);
            out_.push_back(c == 0xA5 ? '\\' : '~');
        } else {
            put_double(c);
        }
    }

    void put_double(char32_t c) {
        if (c >= 0xFF61 && c <= 0xFF9F) c = kFullWidthKatakana[c - 0xFF61];
        const std::string_view bytes = euc_.bytes_of(c);
        if (bytes.empty()) {
            if (set_ == Set::jis0208) select(Set::ascii);
            append_reference(out_, c);
            return;
        }
        select(Set::jis0208);
        for (const char byte : bytes)
            out_.push_back(static_cast<char>(byte & 0x7F));
    }

    CharacterEncoder euc_{*find_encoding("euc-jp")};
    Set set_ = Set::ascii;
    std::string out_;
};

}  // namespace

std::unique_ptr<QueryEncoder> make_query_encoder(std::string_view charset) {
    const Encoding* encoding = find_encoding(charset);
    if (encoding == nullptr) return nullptr;
    const std::string_view name = encoding->name;
    if (name.starts_with("utf-") || name == "replacement") return nullptr;
    if (name == "iso-2022-jp") return std::make_unique<Iso2022JpEncoder>();
    return std::make_unique<StatelessEncoder>(*encoding);
}

}  // namespace crawld
