#include "decode/iso_2022_jp.h"

#include <optional>

#include "decode/indexes.h"
#include "decode/utf8_writer.h"

namespace crawld {
namespace {

constexpr uint8_t kEscape = 0x1B;

enum class State : uint8_t { ascii, roman, katakana, lead };

// What an escape sequence of these bytes, behind the escape byte, switches to.
std::optional<State> state_of(std::string_view sequence) {
    if (sequence == "(B") return State::ascii;
    if (sequence == "(J") return State::roman;
    if (sequence == "(I") return State::katakana;
    if (sequence == "$@" || sequence == "$B") return State::lead;
    return std::nullopt;
}

class Iso2022JpDecoder {
  public:
    explicit Iso2022JpDecoder(std::string_view bytes) : rest_(bytes), out_(bytes.size()) {}

    std::string run() {
        while (!rest_.empty()) {
            const auto byte = static_cast<uint8_t>(rest_.front());
            rest_.remove_prefix(1);
            if (byte == kEscape)
                escape();
            else
                put(byte);
        }
        return out_.take();
    }

  private:
    // Two switches with nothing between them are an error: nothing may be hidden there.
    void escape() {
        const auto state = state_of(rest_.substr(0, 2));
        if (state) rest_.remove_prefix(2);
        if (!state || switched_) out_.error();
        switched_ = state.has_value();
        if (state) state_ = *state;
    }

    void put(uint8_t byte) {
        switched_ = false;
        switch (state_) {
            case State::ascii:
            case State::roman:
                return put_single(byte);
            case State::katakana:
                return byte >= 0x21 && byte <= 0x5F ? out_.put(0xFF61u - 0x21 + byte)
                                                    : out_.error();
            case State::lead:
                return byte >= 0x21 && byte <= 0x7E ? put_pair(byte) : out_.error();
        }
    }

    void put_single(uint8_t byte) {
        const bool roman = state_ == State::roman;
        if (byte == 0x0E || byte == 0x0F || byte > 0x7F)
            out_.error();
        else
            out_.put(roman && byte == 0x5C ? 0xA5u : roman && byte == 0x7E ? 0x203Eu : byte);
    }

    // The second byte is read whatever it is; if it is an escape, it also is one.
    void put_pair(uint8_t lead) {
        if (rest_.empty()) return out_.error();
        const auto trail = static_cast<uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        if (trail >= 0x21 && trail <= 0x7E)
            return out_.put_or_error(index_[(lead - 0x21u) * 94 + trail - 0x21u]);
        out_.error();
        if (trail == kEscape) escape();
    }

    const Index& index_ = index_of(IndexName::jis0208);
    std::string_view rest_;
    Utf8Writer out_;
    State state_ = State::ascii;
    bool switched_ = false;  // just now, and nothing came since
};

}  // namespace

std::string decode_iso_2022_jp(std::string_view bytes) {
    return Iso2022JpDecoder(bytes).run();
}

}  // namespace crawld
