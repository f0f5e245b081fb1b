#include "robots/piece_places.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <utility>

namespace crawld {

namespace {

constexpr std::ptrdiff_t kShortList = 8;

void set_bit(std::vector<uint64_t>& bits, uint32_t at) {
    bits[at / 64] |= uint64_t{1} << at % 64;
}

// The first bit set at or behind `from`; beyond all bits if there is none.
uint32_t next_bit(const std::vector<uint64_t>& bits, uint32_t from) {
    size_t word = from / 64;
    uint64_t rest = word < bits.size() ? bits[word] & (~uint64_t{0} << from % 64) : 0;
    while (rest == 0 && ++word < bits.size())
        rest = bits[word];
    return static_cast<uint32_t>(word * 64 + static_cast<size_t>(std::countr_zero(rest)));
}

}  // namespace

PiecePlaces::PiecePlaces(const PathText& path, const PieceIndex& index,
                         const std::vector<QuerySpelling>& spellings)
    : index_(index),
      spellings_(spellings),
      query_(path.query()),
      ends_(index.longest_ends(path.text())),
      present_(index.size() / 64 + 1),
      spans_(index.size()) {
    fill();
    for (const QuerySpelling& spelling : spellings)
        add_spelling(spelling);
}

void PiecePlaces::add(uint32_t number, Span span) {
    set_bit(present_, number);
    spans_[number] = span;
}

// Where a piece has been met, so have all that it ends in.
void PiecePlaces::fill() {
    for (uint32_t at = 0; at < ends_.size(); ++at)
        for (uint32_t piece = ends_[at]; piece != PieceIndex::kNone && !contains(piece);
             piece = index_.shorter(piece))
            add(piece, {.first_end = at + 1, .last_end = 0});
    for (auto at = static_cast<uint32_t>(ends_.size()); at > 0; --at)
        for (uint32_t piece = ends_[at - 1];
             piece != PieceIndex::kNone && spans_[piece].last_end == 0;
             piece = index_.shorter(piece))
            spans_[piece].last_end = at;
}

void PiecePlaces::add_spelling(const QuerySpelling& spelling) {
    const auto [piece, in_query] = spelling;
    if (!contains(in_query) || last_end(in_query) < query_ + piece.bytes) return;
    Span span{
        .first_end = std::max(first_end(in_query), static_cast<uint32_t>(query_) + piece.bytes),
        .last_end = last_end(in_query)};
    if (contains(piece.number)) {
        span.first_end = std::min(span.first_end, first_end(piece.number));
        span.last_end = std::max(span.last_end, last_end(piece.number));
    }
    add(piece.number, span);
}

size_t PiecePlaces::find_end(PieceUse piece, size_t from) {
    if (!contains(piece.number)) return kNotFound;
    const size_t earliest = from + piece.bytes;
    if (last_end(piece.number) < earliest) return kNotFound;
    const auto spelling = spellings_.empty()
                              ? spellings_.end()
                              : std::lower_bound(spellings_.begin(), spellings_.end(), piece.number,
                                                 [](const QuerySpelling& s, uint32_t number) {
                                                     return s.piece.number < number;
                                                 });
    if (spelling != spellings_.end() && spelling->piece.number == piece.number)
        return std::min(
            search(piece, from),
            search({.number = spelling->in_query, .bytes = piece.bytes}, std::max(from, query_)));
    if (first_end(piece.number) >= earliest) return first_end(piece.number);
    return last_end(piece.number) == earliest ? earliest : find_inner(piece, from);
}

// Precondition: the piece ends before, and it ends behind.
size_t PiecePlaces::find_inner(PieceUse piece, size_t from) {
    if (inner_.empty()) fill_inner();
    const size_t earliest = from + piece.bytes;
    const Inner inner = inner_[piece.number];
    if (inner.second_end >= earliest) return inner.second_end;
    return inner.end_before_last < earliest ? last_end(piece.number) : search_often(piece, from);
}

size_t PiecePlaces::search_often(PieceUse piece, size_t from) {
    if (searches_.empty()) searches_.resize(spans_.size());
    Searches& searches = searches_[piece.number];
    if (searches.map == 0) {
        if (++searches.count <= kSearchesMax) return search(piece, from);
        make_map(piece.number);
    }
    const size_t bit = from + piece.bytes - 1;
    const uint64_t* word = maps_.data() + (searches.map - 1) + bit / 64;
    uint64_t rest = *word & (~uint64_t{0} << bit % 64);
    size_t begin = bit & ~size_t{63};
    for (; rest == 0; begin += 64)
        rest = *++word;
    return begin + static_cast<size_t>(std::countr_zero(rest)) + 1;
}

// Where a piece has been met twice, so have all that it ends in.
void PiecePlaces::fill_inner() {
    inner_.resize(spans_.size());
    std::vector<uint64_t> met(present_.size());
    const auto is_met = [&](uint32_t piece) { return (met[piece / 64] >> piece % 64 & 1) != 0; };
    for (uint32_t at = 0; at < ends_.size(); ++at) {
        for (uint32_t piece = ends_[at];
             piece != PieceIndex::kNone && inner_[piece].second_end == 0;
             piece = index_.shorter(piece)) {
            if (is_met(piece))
                inner_[piece].second_end = at + 1;
            else
                set_bit(met, piece);
        }
    }
    std::fill(met.begin(), met.end(), 0);
    for (auto at = static_cast<uint32_t>(ends_.size()); at > 0; --at) {
        for (uint32_t piece = ends_[at - 1];
             piece != PieceIndex::kNone && inner_[piece].end_before_last == 0;
             piece = index_.shorter(piece)) {
            if (is_met(piece))
                inner_[piece].end_before_last = at;
            else
                set_bit(met, piece);
        }
    }
}

void PiecePlaces::make_map(uint32_t number) {
    const size_t begin = maps_.size();
    maps_.resize(begin + ends_.size() / 64 + 1);
    const uint32_t family = index_.family_end(number) - number;
    for (size_t at = 0; at < ends_.size(); ++at)
        maps_[begin + at / 64] |= uint64_t{ends_[at] - number < family} << at % 64;
    searches_[number].map = static_cast<uint32_t>(begin) + 1;
}

// Wherever the piece ends, one of its family is the longest that ends there.
size_t PiecePlaces::search(PieceUse piece, size_t from) {
    if (longest_.empty()) group();
    const uint32_t family_end = index_.family_end(piece.number);
    size_t nearest = kNotFound;
    int lists = 0;
    for (uint32_t number = next_bit(longest_, piece.number); number < family_end;
         number = next_bit(longest_, number + 1)) {
        if (++lists > kListsMax) return scan(piece, from);
        nearest = std::min(nearest, first_in(lists_[list_of_[number]], from + piece.bytes));
        if (number + 1 == family_end) break;
    }
    return nearest;
}

// Most lists are short.
size_t PiecePlaces::first_in(List list, size_t earliest) const {
    auto at = grouped_.begin() + list.begin;
    const auto end = grouped_.begin() + list.end;
    if (end - at > kShortList) at = std::lower_bound(at, end, earliest);
    while (at != end && *at < earliest)
        ++at;
    return at == end ? kNotFound : *at;
}

size_t PiecePlaces::scan(PieceUse piece, size_t from) const {
    const uint32_t family = index_.family_end(piece.number) - piece.number;
    for (size_t end = from + piece.bytes; end <= ends_.size(); ++end)
        if (ends_[end - 1] - piece.number < family) return end;
    return kNotFound;
}

void PiecePlaces::group() {
    longest_.resize(present_.size());
    list_of_.resize(spans_.size());
    std::vector<uint32_t> next(ends_.size() + 1);  // place of the same piece
    for (auto at = static_cast<uint32_t>(ends_.size()); at > 0; --at) {
        if (ends_[at - 1] == PieceIndex::kNone) continue;
        set_bit(longest_, ends_[at - 1]);
        next[at] = std::exchange(list_of_[ends_[at - 1]], at);
    }
    grouped_.reserve(ends_.size());
    lists_.resize(ends_.size() + 1);
    for (uint32_t at = 1; at <= ends_.size(); ++at) {
        if (ends_[at - 1] == PieceIndex::kNone || list_of_[ends_[at - 1]] != at) continue;
        lists_[at].begin = static_cast<uint32_t>(grouped_.size());
        for (uint32_t end = at; end != 0; end = next[end])
            grouped_.push_back(end);
        lists_[at].end = static_cast<uint32_t>(grouped_.size());
    }
}

}  // namespace crawld
