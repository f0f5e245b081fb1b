#include "robots/rule_table.h"

#include <algorithm>

#include "robots/rule_table_builder.h"

namespace crawld {

RuleTable::RuleTable(std::vector<Rule> rules) {
    Builder(*this).build(std::move(rules));
    texts_.shrink_to_fit();
    entries_.shrink_to_fit();
}

const RuleTable::Entry* RuleTable::find(std::string_view path_and_query) const {
    PathText path(path_and_query, pieces_.size());
    uint32_t best = std::min(strongest_literal(path.text()), strongest_exact(path.text()));
    for (const Glob& glob : globs_) {
        if (glob.rank > best) break;
        if (!may_match(glob, path) || !matches(glob, path)) continue;
        best = glob.rank;
        break;
    }
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

Piece RuleTable::piece(uint32_t number) const {
    const StoredPiece& stored = pieces_[number];
    return {.text = view(stored.text),
            .plain = view({stored.plain, stored.text.bytes}),
            .grams = stored.grams};
}

// Each piece has to be somewhere behind all that stands before it in the pattern. Mostly an earlier
// rule has searched for it already, so this is the cheaper test; the last pieces tell most.
bool RuleTable::may_match(const Glob& glob, PathText& path) const {
    if (glob.bytes_min > path.size() || !path.may_contain(glob.grams)) return false;
    size_t from = glob.bytes_min;
    for (uint32_t i = glob.pieces_end; i > glob.pieces_begin; --i) {
        const uint32_t number = piece_numbers_[i - 1];
        from -= pieces_[number].text.bytes;
        if (path.find(piece(number), number, from) == PathText::kNotFound) return false;
    }
    return true;
}

// Precondition: may_match().
bool RuleTable::matches(const Glob& glob, PathText& path) const {
    size_t at = 0;
    size_t end = path.size();
    uint32_t next = glob.pieces_begin;
    uint32_t behind = glob.pieces_end;
    if (glob.has_beginning) {
        const Piece beginning = piece(piece_numbers_[next++]);
        if (!path.has_at(0, beginning)) return false;
        at = beginning.text.size();
    }
    if (glob.anchored) {
        const Piece ending = piece(piece_numbers_[--behind]);
        end -= ending.text.size();
        if (!path.has_at(end, ending)) return false;
    }
    for (; next < behind; ++next) {
        const Piece middle = piece(piece_numbers_[next]);
        at = path.find(middle, piece_numbers_[next], at);
        if (at == PathText::kNotFound) return false;
        at += middle.text.size();
    }
    return at <= end;
}

size_t RuleTable::bytes() const {
    return texts_.capacity() + entries_.capacity() * sizeof(Entry) +
           literals_.capacity() * sizeof(Literal) + exacts_.capacity() * sizeof(Literal) +
           globs_.capacity() * sizeof(Glob) + piece_numbers_.capacity() * sizeof(uint32_t) +
           pieces_.capacity() * sizeof(StoredPiece);
}

}  // namespace crawld
