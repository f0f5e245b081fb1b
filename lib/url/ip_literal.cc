#include "url/ip_literal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <vector>

#include "base/text.h"

namespace crawld {

namespace {

constexpr uint64_t kIpv4Max = 0xFFFFFFFF;

// One part of an IPv4 host: decimal, octal with a leading 0, hexadecimal with 0x. A number that no
// address can hold comes back as some number above kIpv4Max.
std::optional<uint64_t> ipv4_number(std::string_view part) {
    if (part.empty()) return std::nullopt;
    int radix = 10;
    if (istarts_with(part, "0x")) {
        radix = 16;
        part.remove_prefix(2);
    } else if (part.size() >= 2 && part[0] == '0') {
        radix = 8;
        part.remove_prefix(1);
    }
    uint64_t value = 0;
    for (const char c : part) {
        const int digit = hex_value(c);
        if (digit < 0 || digit >= radix) return std::nullopt;
        value = std::min(value * static_cast<uint64_t>(radix) + static_cast<uint64_t>(digit),
                         kIpv4Max + 1);
    }
    return value;
}

// Reads an IPv6 address; eight pieces, of which one run of zeros may be left out.
class Ipv6Reader {
  public:
    explicit Ipv6Reader(std::string_view text) : rest_(text) {}

    std::optional<std::array<uint16_t, 8>> read() {
        if (at(':')) {
            if (!rest_.starts_with("::")) return std::nullopt;
            rest_.remove_prefix(2);
            gap_ = count_;
        }
        while (!rest_.empty()) {
            if (!read_piece()) return std::nullopt;
        }
        if (!gap_) return count_ == pieces_.size() ? std::optional(pieces_) : std::nullopt;
        if (count_ == pieces_.size()) return std::nullopt;
        std::rotate(pieces_.begin() + *gap_, pieces_.begin() + count_, pieces_.end());
        return pieces_;
    }

  private:
    bool at(char c) const { return !rest_.empty() && rest_.front() == c; }

    // A piece with the colon after it, or the second colon of "::", or an IPv4 tail.
    bool read_piece() {
        if (count_ == pieces_.size()) return false;
        if (at(':')) {
            if (gap_) return false;
            rest_.remove_prefix(1);
            gap_ = count_;
            return true;
        }
        const size_t digits =
            std::min<size_t>(4, span_of(rest_, [](char c) { return hex_value(c) >= 0; }));
        if (rest_.size() > digits && rest_[digits] == '.') return digits > 0 && read_ipv4_tail();
        // No digit at all is caught here too: what stands there is then neither ':' nor the end.
        uint32_t value = 0;
        for (const char c : rest_.substr(0, digits))
            value = value << 4 | static_cast<uint32_t>(hex_value(c));
        rest_.remove_prefix(digits);
        pieces_[count_++] = static_cast<uint16_t>(value);
        if (rest_.empty()) return true;
        if (!at(':')) return false;
        rest_.remove_prefix(1);
        return !rest_.empty();
    }

    // Unlike a host of its own, exactly four decimal numbers without leading zeros.
    bool read_ipv4_tail() {
        if (count_ > pieces_.size() - 2) return false;
        const std::vector<std::string_view> parts = split(rest_, '.');
        if (parts.size() != 4) return false;
        uint32_t address = 0;
        for (const std::string_view part : parts) {
            const std::optional<uint64_t> value = parse_uint(part);
            if (!value || *value > 255 || (part.size() > 1 && part[0] == '0')) return false;
            address = address << 8 | static_cast<uint32_t>(*value);
        }
        pieces_[count_++] = static_cast<uint16_t>(address >> 16);
        pieces_[count_++] = static_cast<uint16_t>(address & 0xFFFF);
        rest_ = {};
        return true;
    }

    std::string_view rest_;
    std::array<uint16_t, 8> pieces_{};
    uint8_t count_ = 0;
    std::optional<uint8_t> gap_;  // how many pieces stand before "::"
};

struct Run {
    size_t begin = 0;
    size_t size = 0;
};

// The first of the longest runs of zero pieces; a single zero is not worth a "::".
Run longest_zero_run(const std::array<uint16_t, 8>& pieces) {
    Run best;
    Run run;
    for (size_t i = 0; i < pieces.size(); ++i) {
        run = pieces[i] != 0 ? Run{i + 1, 0} : Run{run.begin, run.size + 1};
        if (run.size > best.size) best = run;
    }
    return best.size > 1 ? best : Run{};
}

void append_hex(std::string& out, uint16_t value) {
    char digits[4];
    const auto end = std::to_chars(digits, digits + sizeof(digits), value, 16).ptr;
    out.append(digits, end);
}

}  // namespace

bool ends_in_number(std::string_view host) {
    if (host.ends_with('.')) host.remove_suffix(1);
    const std::string_view last = host.substr(host.rfind('.') + 1);  // npos + 1 is 0
    if (last.empty() || !is_digit(last[0])) return false;
    return span_of(last, is_digit) == last.size() || ipv4_number(last).has_value();
}

std::optional<std::string> canonical_ipv4(std::string_view host) {
    if (host.ends_with('.')) host.remove_suffix(1);
    if (std::count(host.begin(), host.end(), '.') > 3) return std::nullopt;
    const std::vector<std::string_view> parts = split(host, '.');
    uint64_t address = 0;
    for (size_t i = 0; i < parts.size(); ++i) {
        const std::optional<uint64_t> number = ipv4_number(parts[i]);
        if (!number) return std::nullopt;
        const bool last = i + 1 == parts.size();
        if (*number > (last ? kIpv4Max >> (8 * i) : 255)) return std::nullopt;
        address |= last ? *number : *number << (8 * (3 - i));
    }
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8) {
        out += std::to_string(address >> shift & 0xFF);
        if (shift > 0) out += '.';
    }
    return out;
}

std::optional<std::string> canonical_ipv6(std::string_view address) {
    const auto pieces = Ipv6Reader(address).read();
    if (!pieces) return std::nullopt;
    const Run zeros = longest_zero_run(*pieces);
    std::string out = "[";
    for (size_t i = 0; i < pieces->size(); ++i) {
        if (zeros.size > 0 && i == zeros.begin) {
            out += i == 0 ? "::" : ":";
            i += zeros.size - 1;
            continue;
        }
        append_hex(out, (*pieces)[i]);
        if (i + 1 < pieces->size()) out += ':';
    }
    out += ']';
    return out;
}

}  // namespace crawld
