#include "html/simhash.h"

#include <algorithm>
#include <array>

#include "base/fingerprint.h"
#include "base/text.h"

namespace crawld {

namespace {

constexpr uint64_t kPiecesMin = 4;

// The votes of all pieces, bit by bit. Each bit of a hash is spread to a byte of its own, so that
// eight bits are counted by one addition, and the bytes are emptied before they overflow.
class Votes {
  public:
    void add(uint64_t hash) {
        for (size_t i = 0; i < kBytes; ++i)
            lanes_[i] += kSpread[(hash >> (8 * i)) & 0xff];
        if (++pending_ == 255) empty_lanes();
        ++count_;
    }
    uint64_t count() const { return count_; }
    uint64_t majority() {
        empty_lanes();
        uint64_t bits = 0;
        for (size_t i = 0; i < counts_.size(); ++i)
            if (2 * counts_[i] > count_) bits |= uint64_t{1} << i;
        return bits;
    }

  private:
    static constexpr size_t kBytes = 8;
    static constexpr std::array<uint64_t, 256> kSpread = [] {
        std::array<uint64_t, 256> table{};
        for (size_t value = 0; value < table.size(); ++value)
            for (size_t bit = 0; bit < 8; ++bit)
                if ((value >> bit & 1) != 0) table[value] |= uint64_t{1} << (8 * bit);
        return table;
    }();

    void empty_lanes() {
        for (size_t i = 0; i < counts_.size(); ++i)
            counts_[i] += (lanes_[i / 8] >> (8 * (i % 8))) & 0xff;
        lanes_ = {};
        pending_ = 0;
    }

    std::array<uint64_t, kBytes> lanes_{};
    std::array<uint64_t, 64> counts_{};
    uint64_t count_ = 0;
    int pending_ = 0;
};

void add_text(std::string_view text, Votes& votes) {
    while (!text.empty()) {
        const size_t end = std::min(text.find('\n'), text.size());
        const std::string_view piece = trim(text.substr(0, end));
        if (!piece.empty()) votes.add(fingerprint64(piece));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

// Behind what ends at `end`.
size_t behind(std::string_view html, std::string_view end, size_t at) {
    const size_t found = html.find(end, at);
    return found == std::string_view::npos ? html.size() : found + end.size();
}

// Behind what begins with the '<' at `at`: a tag, a comment, a script or style with its content.
size_t skip_markup(std::string_view html, size_t at) {
    const std::string_view rest = html.substr(at + 1);
    if (rest.starts_with("!--")) return behind(html, "-->", at);
    for (const std::string_view name : {"script", "style"}) {
        if (!istarts_with(rest, name)) continue;
        for (at = behind(html, "</", at); at < html.size(); at = behind(html, "</", at))
            if (istarts_with(html.substr(at), name)) return behind(html, ">", at);
        return at;
    }
    return behind(html, ">", at);
}

}  // namespace

uint64_t simhash(std::string_view html) {
    Votes votes;
    for (size_t at = 0; at < html.size();) {
        const size_t tag = std::min(html.find('<', at), html.size());
        if (tag > at) add_text(html.substr(at, tag - at), votes);
        at = tag < html.size() ? skip_markup(html, tag) : tag;
    }
    return votes.count() < kPiecesMin ? 0 : std::max<uint64_t>(votes.majority(), 1);
}

}  // namespace crawld
