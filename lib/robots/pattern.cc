#include "robots/pattern.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace crawld {

namespace {

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

constexpr std::string_view kUnreserved = "-._~";              // RFC 3986 2.3, and alnum
constexpr std::string_view kReserved = ":/?#[]@!$&'()*+,;=";  // RFC 3986 2.2

// A table: every byte of every path is asked about.
constexpr auto kStaysPlain = [] {
    std::array<bool, 256> table{};
    for (size_t byte = 0; byte < table.size(); ++byte) {
        const char c = static_cast<char>(byte);
        table[byte] = is_alnum(c) || kUnreserved.find(c) != kUnreserved.npos ||
                      kReserved.find(c) != kReserved.npos;
    }
    return table;
}();
bool stays_plain(char c) {
    return kStaysPlain[static_cast<unsigned char>(c)];
}
// Of these nothing more has to be known.
constexpr auto kIsCopied = [] {
    auto table = kStaysPlain;
    for (const char c : {'*', '$', '?', '%'})
        table[static_cast<unsigned char>(c)] = false;
    return table;
}();
bool is_copied(char c) {
    return kIsCopied[static_cast<unsigned char>(c)];
}

void escape(std::string& out, char c) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(kHexDigits[byte >> 4]);
    out.push_back(kHexDigits[byte & 15]);
}

// Appends characters in the normal form; remembers whether the query has begun.
class Normaliser {
  public:
    explicit Normaliser(size_t size_hint) { out_.reserve(size_hint); }

    // `escaped`: it was written as %XX.
    void put(char c, bool escaped) {
        if (c == '*' || c == '$' || (escaped && !in_query_ && (c == '/' || c == '?'))) {
            out_.push_back(as_data(c));
        } else if (stays_plain(c)) {
            out_.push_back(c);
            in_query_ = in_query_ || c == '?';
        } else {
            escape(out_, c);
        }
    }
    // `cut`: the text may end in the middle of an escape.
    void put_text(std::string_view text, bool cut) {
        if (cut && text.ends_with('%')) {
            put_text(text.substr(0, text.size() - 1), false);
            out_.push_back('%');
            return;
        }
        for (size_t i = 0; i < text.size(); ++i) {
            const size_t copied = span_of(text.substr(i), is_copied);
            out_.append(text.substr(i, copied));
            i += copied;
            if (i == text.size()) return;
            const int high = text[i] == '%' && i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
            const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
            put(low >= 0 ? static_cast<char>(high * 16 + low) : text[i], low >= 0);
            if (low >= 0) i += 2;
        }
    }
    std::string take() { return std::exchange(out_, {}); }

  private:
    std::string out_;
    bool in_query_ = false;
};

// Both spellings of a character count the same: the shorter one, but for separators meant as data,
// which have only the escaped one.
uint32_t octets_of(std::string_view normalised) {
    const auto escaped = std::count_if(normalised.begin(), normalised.end(), [](char c) {
        return c == as_data('/') || c == as_data('?');
    });
    return static_cast<uint32_t>(normalised.size() + 2 * static_cast<size_t>(escaped));
}

}  // namespace

std::string normalise_path(std::string_view path_and_query) {
    Normaliser out(path_and_query.size());
    out.put_text(path_and_query, false);
    return out.take();
}

Pattern Pattern::parse(std::string_view text) {
    Pattern pattern;
    pattern.anchored = text.ends_with('$');
    if (pattern.anchored) {
        text.remove_suffix(1);
        ++pattern.octets;
    }
    Normaliser out(text.size());
    for (;;) {
        const size_t star = text.find('*');
        const bool last = star == std::string_view::npos;
        out.put_text(text.substr(0, star), !(last && pattern.anchored));
        std::string piece = out.take();
        pattern.octets += octets_of(piece);
        if (last || !piece.empty() || pattern.pieces.empty())
            pattern.pieces.push_back(std::move(piece));
        if (last) return pattern;
        ++pattern.octets;
        text.remove_prefix(star + 1);
    }
}

}  // namespace crawld
