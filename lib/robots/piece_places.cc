#include "robots/piece_places.h"

#include "base/check.h"

namespace crawld {

namespace {

// Each becomes the sum of all up to itself. Four at once: the product of a word and kOnes has the
// sums of the word's four numbers.
void add_up(std::vector<uint16_t>& numbers) {
    constexpr uint64_t kOnes = 0x0001'0001'0001'0001;
    uint64_t before = 0;
    for (size_t i = 0; i < numbers.size(); i += 4) {
        uint64_t word = 0;
        std::memcpy(&word, numbers.data() + i, sizeof word);
        const uint64_t sums = (word + before) * kOnes;
        std::memcpy(numbers.data() + i, &sums, sizeof sums);
        before += (word * kOnes) >> 48;
    }
}

}  // namespace

PiecePlaces::PiecePlaces(const PathText& path, const PieceIndex& index,
                         const std::vector<SpecialPiece>& specials)
    : specials_(specials),
      query_(static_cast<uint32_t>(path.query())),
      path_bytes_(static_cast<uint32_t>(path.size())),
      longest_(index.longest_ends(path.text())),
      begins_((index.size() + 2 + 3) / 4 * 4) {
    CRAWLD_CHECK(path.size() <= kPathBytesMax);
    // Counted two places behind, so that each piece's entry is the next one's beginning while the
    // ends are put where they belong, and its own when all are.
    for (const uint32_t number : longest_)
        if (number != PieceIndex::kNone) ++begins_[number + 2];
    add_up(begins_);
    ends_.resize(path.size() + kFewEnds, kNoPlace);
    for (size_t at = 0; at < longest_.size(); ++at)
        if (longest_[at] != PieceIndex::kNone)
            ends_[begins_[longest_[at] + 1]++] = static_cast<Place>(at + 1);
}

uint32_t PiecePlaces::find_special(const SpecialPiece& piece, uint32_t from) {
    if (piece.ends_path) {
        if (from + piece.bytes > path_bytes_) return kNotFound;
        from = path_bytes_ - piece.bytes;
    }
    const auto first = [this](const PieceIndex::Family& family, uint32_t earliest) {
        return first_end(family, run_of(family), earliest);
    };
    const uint32_t end = std::min(first(piece.plain, from + piece.bytes),
                                  first(piece.in_query, std::max(from, query_) + piece.bytes));
    return piece.begins_path && end != piece.bytes ? kNotFound : end;
}

uint32_t PiecePlaces::search(PieceIndex::Family family, Run run, uint32_t earliest) {
    if (work_.empty()) {
        work_.resize(begins_.size());
        map_of_.resize(begins_.size());
        maps_.resize(1);  // none begins at 0
    }
    const bool is_near = run.count > kManyEnds;
    const uint32_t end = is_near ? search_path(family, earliest) : search_run(run, earliest);
    uint32_t& work = work_[family.number];
    work += is_near ? std::min(end, path_bytes_) - earliest : run.count;
    if (work > kMapWork + run.count) make_map(family.number, run);
    return end;
}

uint32_t PiecePlaces::search_path(PieceIndex::Family family, uint32_t earliest) const {
    for (uint32_t end = earliest; end <= path_bytes_; ++end)
        if (longest_[end - 1] - family.number < family.end - family.number) return end;
    return kNotFound;
}

uint32_t PiecePlaces::search_run(Run run, uint32_t earliest) const {
    uint32_t first = kNotFound;
    for (uint32_t i = 0; i < run.count; i += kFewEnds)
        first = std::min(first, first_of_few(ends_.data() + run.begin + i,
                                             std::min(run.count - i, kFewEnds), earliest));
    return first;
}

void PiecePlaces::make_map(uint32_t number, Run run) {
    const size_t blocks = path_bytes_ / 64 + 1;
    const size_t map = maps_.size();
    map_of_[number] = static_cast<uint32_t>(map);
    maps_.resize(map + blocks);
    for (uint32_t i = run.begin; i < run.begin + run.count; ++i) {
        const auto end = static_cast<uint32_t>(ends_[i]);
        maps_[map + end / 64].ends |= uint64_t{1} << end % 64;
    }
    uint32_t next = kNotFound;
    for (size_t i = blocks; i > 0; --i) {
        Block& block = maps_[map + i - 1];
        block.next = next;
        const auto bit = static_cast<size_t>(std::countr_zero(block.ends));
        if (block.ends != 0) next = static_cast<uint32_t>((i - 1) * 64 + bit);
    }
}

}  // namespace crawld
