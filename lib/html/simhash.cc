#include "html/simhash.h"

#include <algorithm>
#include <array>

#include "base/fingerprint.h"
#include "base/text.h"
#include "html/text_runs.h"

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

}  // namespace

uint64_t simhash(std::string_view html) {
    Votes votes;
    for_each_text(html, [&](std::string_view text) { add_text(text, votes); });
    return votes.count() < kPiecesMin ? 0 : std::max<uint64_t>(votes.majority(), 1);
}

}  // namespace crawld
