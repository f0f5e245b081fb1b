#include "robots/rule_table.h"

#include <algorithm>

#include "robots/rule_table_builder.h"

namespace crawld {

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
    const auto strongest = [&](const auto& is_match) {
        for (const Glob& glob : globs_) {
            if (glob.rank > none) break;
            if (glob.bytes_min <= path.size() && is_match(glob)) return glob.rank;
        }
        return none;
    };
    if (globs_.empty() || globs_.front().rank > none) return none;
    if (index_ == nullptr) return strongest([&](const Glob& glob) { return matches(glob, path); });
    PiecePlaces places(path, *index_, spellings_);
    return strongest([&](const Glob& glob) {
        if (glob.uses_begin == glob.uses_end) return true;  // "*" alone
        return places.contains(glob.rarest) && may_match(glob, places, path.size()) &&
               fits(glob, places, path.size());
    });
}

bool RuleTable::matches(const Glob& glob, const PathText& path) const {
    const auto piece = [&](uint32_t use) {
        const auto [text, in_query] = pieces_[uses_[use].number];
        return Piece{.text = view(text), .in_query = view({in_query, text.bytes})};
    };
    size_t at = 0;
    size_t end = path.size();
    uint32_t next = glob.uses_begin;
    uint32_t behind = glob.uses_end;
    if (glob.has_beginning) {
        if (!path.has_at(0, piece(next))) return false;
        at = uses_[next++].bytes;
    }
    if (glob.anchored) {
        end -= uses_[--behind].bytes;
        if (!path.has_at(end, piece(behind))) return false;
    }
    for (; next < behind; ++next) {
        at = path.find(piece(next), at);
        if (at == PathText::kNotFound) return false;
        at += uses_[next].bytes;
    }
    return at <= end;
}

// By the first and last place of each piece alone: where that is no match, it is none.
bool RuleTable::may_match(const Glob& glob, const PiecePlaces& places, size_t path_bytes) const {
    const PieceUse* use = uses_.data() + glob.uses_begin;
    const PieceUse* const end = uses_.data() + glob.uses_end;
    if (glob.has_beginning && places.first_end(use->number) != use->bytes) return false;
    if (glob.anchored && places.last_end(end[-1].number) != path_bytes) return false;
    size_t at = 0;
    for (; use < end; ++use) {
        at = std::max<size_t>(at + use->bytes, places.first_end(use->number));
        if (at > places.last_end(use->number)) return false;
    }
    return true;
}

// Precondition: may_match(), by which the beginning and the ending are where they have to be.
bool RuleTable::fits(const Glob& glob, PiecePlaces& places, size_t path_bytes) const {
    const uint32_t behind = glob.uses_end - (glob.anchored ? 1 : 0);
    uint32_t next = glob.uses_begin;
    size_t at = glob.has_beginning ? uses_[next++].bytes : 0;
    for (; next < behind; ++next) {
        at = places.find_end(uses_[next], at);
        if (at == PathText::kNotFound) return false;
    }
    return !glob.anchored || at + uses_[behind].bytes <= path_bytes;
}

size_t RuleTable::bytes() const {
    return texts_.capacity() + entries_.capacity() * sizeof(Entry) +
           literals_.capacity() * sizeof(Literal) + exacts_.capacity() * sizeof(Literal) +
           globs_.capacity() * sizeof(Glob) + uses_.capacity() * sizeof(PieceUse) +
           pieces_.capacity() * sizeof(StoredPiece) +
           spellings_.capacity() * sizeof(QuerySpelling) +
           (index_ == nullptr ? 0 : index_->bytes());
}

}  // namespace crawld
