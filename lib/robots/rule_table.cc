#include "robots/rule_table.h"

#include <algorithm>

#include "robots/rule_table_builder.h"

namespace crawld {

// Where each piece is searched for.
class RuleTable::PieceSearches {
  public:
    PieceSearches(const RuleTable& table, const PathText& path) : table_(table), path_(path) {}

    bool may_contain(const PieceUse&) const { return true; }
    uint32_t find_end(const PieceUse& use, uint32_t from) const {
        const auto [text, in_query] = table_.pieces_[use.family.number];
        const Piece piece{.text = table_.view(text),
                          .in_query = table_.view({in_query, text.bytes})};
        size_t begin = 0;
        if (use.is_special()) {
            const SpecialPiece& special = table_.specials_[use.bytes - PieceUse::kSpecial];
            begin = special.begins_path ? 0 : path_.size() - text.bytes;
            if (from + text.bytes > path_.size() || !path_.has_at(begin, piece))
                return PiecePlaces::kNotFound;
        } else {
            begin = path_.find(piece, from);
            if (begin == PathText::kNotFound) return PiecePlaces::kNotFound;
        }
        return static_cast<uint32_t>(begin) + text.bytes;
    }

  private:
    const RuleTable& table_;
    const PathText& path_;
};

RuleTable::RuleTable(std::vector<Rule> rules) {
    Builder(*this).build(std::move(rules));
}

const RuleTable::Entry* RuleTable::find(std::string_view path_and_query) const {
    const PathText path(path_and_query);
    const uint32_t whole = std::min(strongest_literal(path.text()), strongest_exact(path.text()));
    const uint32_t best = strongest_glob(path, whole);
    return best == kNone ? nullptr : &entries_[best];
}

// The last literal not behind the path is, or begins with, the longest that the path begins with.
uint32_t RuleTable::strongest_literal(std::string_view path) const {
    const auto behind = std::upper_bound(
        literals_.begin(), literals_.end(), path,
        [this](std::string_view p, const Literal& literal) { return p < view(literal.text); });
    if (behind == literals_.begin()) return kNone;
    const auto last = static_cast<uint32_t>(behind - literals_.begin() - 1);
    const std::string_view text = view(literals_[last].text);
    const auto common = static_cast<size_t>(
        std::mismatch(text.begin(), text.end(), path.begin(), path.end()).first - text.begin());
    uint32_t at = last;
    while (at != kNone && literals_[at].text.bytes > common)
        at = literals_[at].parent;
    return at == kNone ? kNone : literals_[at].rank;
}

uint32_t RuleTable::strongest_exact(std::string_view path) const {
    const auto at = std::lower_bound(
        exacts_.begin(), exacts_.end(), path,
        [this](const Literal& literal, std::string_view p) { return view(literal.text) < p; });
    return at != exacts_.end() && view(at->text) == path ? at->rank : kNone;
}

uint32_t RuleTable::strongest_glob(const PathText& path, uint32_t none) const {
    if (globs_.empty()) return none;
    if (index_ == nullptr) {
        const PieceSearches searches(*this, path);
        return globs_.strongest(searches, none);
    }
    PiecePlaces places(path, *index_, specials_);
    return globs_.strongest(places, none);
}

size_t RuleTable::bytes() const {
    return texts_.capacity() + entries_.capacity() * sizeof(Entry) +
           literals_.capacity() * sizeof(Literal) + exacts_.capacity() * sizeof(Literal) +
           globs_.bytes() + pieces_.capacity() * sizeof(StoredPiece) +
           specials_.capacity() * sizeof(SpecialPiece) + (index_ == nullptr ? 0 : index_->bytes());
}

}  // namespace crawld
