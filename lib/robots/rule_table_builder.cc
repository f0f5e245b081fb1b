#include "robots/rule_table_builder.h"

#include <algorithm>

namespace crawld {

namespace {

bool stronger(const Rule& a, const Rule& b) {
    if (a.pattern.octets != b.pattern.octets) return a.pattern.octets > b.pattern.octets;
    if (a.allow != b.allow) return a.allow;
    return a.line < b.line;
}

// With fewer pieces in all globs it costs less to search for each.
constexpr size_t kIndexedFrom = 64;

bool is_glob(const Pattern& pattern) {
    return pattern.pieces.size() > 1;
}

// In the normal form '*' and '$' are never data.
std::string key_of(const Pattern& pattern) {
    std::string key;
    for (const std::string& piece : pattern.pieces)
        key += piece + '*';
    return pattern.anchored ? key + '$' : key;
}

}  // namespace

void RuleTable::Builder::build(std::vector<Rule> rules) {
    std::sort(rules.begin(), rules.end(), stronger);
    for (const Rule& rule : rules)
        add(rule);
    sort_literals(table_.literals_);
    sort_literals(table_.exacts_);
    link_parents();
    if (table_.uses_.size() < kIndexedFrom)
        store_pieces();
    else
        index_pieces();
    trim();
}

void RuleTable::Builder::add(const Rule& rule) {
    const auto rank = static_cast<uint32_t>(table_.entries_.size());
    const Text text = store(rule.text);
    table_.entries_.push_back(
        {.text = text.begin, .text_bytes = text.bytes, .line = rule.line, .allow = rule.allow});
    const Pattern& pattern = rule.pattern;
    if (is_glob(pattern) && !globs_seen_.insert(key_of(pattern)).second)
        return;  // a stronger one says it already
    if (is_glob(pattern))
        add_glob(pattern, rank);
    else if (pattern.anchored)
        table_.exacts_.push_back({.text = store(pattern.pieces[0]), .rank = rank});
    else
        table_.literals_.push_back({.text = store(pattern.pieces[0]), .rank = rank});
}

void RuleTable::Builder::add_glob(const Pattern& pattern, uint32_t rank) {
    Glob glob{.rarest = 0,
              .bytes_min = 0,
              .rank = rank,
              .uses_begin = static_cast<uint32_t>(table_.uses_.size()),
              .uses_end = 0,
              .has_beginning = !pattern.pieces.front().empty(),
              // "*$" at the end: anything may end the path.
              .anchored = pattern.anchored && !pattern.pieces.back().empty()};
    uint32_t rarest_bytes = 0;
    for (const std::string& text : pattern.pieces) {
        if (text.empty()) continue;
        const PieceUse use{.number = number_of(text), .bytes = static_cast<uint32_t>(text.size())};
        table_.uses_.push_back(use);
        // The longest piece is the best guess at the rarest; of equal ones the last, because files
        // made to be slow begin all their rules alike.
        if (use.bytes >= rarest_bytes) {
            rarest_bytes = use.bytes;
            glob.rarest = use.number;
        }
        glob.bytes_min += use.bytes;
    }
    glob.uses_end = static_cast<uint32_t>(table_.uses_.size());
    table_.globs_.push_back(glob);
}

uint32_t RuleTable::Builder::number_of(const std::string& piece) {
    const auto [it, added] = numbers_.try_emplace(piece, static_cast<uint32_t>(pieces_.size()));
    if (added) pieces_.push_back(piece);
    return it->second;
}

void RuleTable::Builder::store_pieces() {
    for (const std::string& piece : pieces_) {
        const Text text = store(piece);
        const std::string in_query = spelt_in_query(piece);
        table_.pieces_.push_back(
            {.text = text, .in_query = in_query == piece ? text.begin : store(in_query).begin});
    }
}

void RuleTable::Builder::index_pieces() {
    const size_t used = pieces_.size();
    for (uint32_t number = 0; number < used; ++number) {
        const std::string in_query = spelt_in_query(pieces_[number]);
        if (in_query == pieces_[number]) continue;
        const PieceUse piece{.number = number, .bytes = static_cast<uint32_t>(in_query.size())};
        table_.spellings_.push_back({.piece = piece, .in_query = number_of(in_query)});
    }
    std::vector<uint32_t> numbers;
    table_.index_ = std::make_shared<const PieceIndex>(pieces_, numbers);
    for (PieceUse& use : table_.uses_)
        use.number = numbers[use.number];
    for (Glob& glob : table_.globs_)
        glob.rarest = numbers[glob.rarest];
    for (QuerySpelling& spelling : table_.spellings_) {
        spelling.piece.number = numbers[spelling.piece.number];
        spelling.in_query = numbers[spelling.in_query];
    }
    std::sort(table_.spellings_.begin(), table_.spellings_.end(),
              [](const QuerySpelling& a, const QuerySpelling& b) {
                  return a.piece.number < b.piece.number;
              });
}

void RuleTable::Builder::trim() {
    table_.texts_.shrink_to_fit();
    table_.entries_.shrink_to_fit();
    table_.literals_.shrink_to_fit();
    table_.exacts_.shrink_to_fit();
    table_.globs_.shrink_to_fit();
    table_.uses_.shrink_to_fit();
    table_.pieces_.shrink_to_fit();
    table_.spellings_.shrink_to_fit();
}

RuleTable::Text RuleTable::Builder::store(std::string_view text) {
    const auto begin = static_cast<uint32_t>(table_.texts_.size());
    table_.texts_.append(text);
    return {begin, static_cast<uint32_t>(text.size())};
}

// Sorted by text; of equal texts only the strongest.
void RuleTable::Builder::sort_literals(std::vector<Literal>& literals) {
    const auto text = [this](const Literal& literal) { return table_.view(literal.text); };
    std::sort(literals.begin(), literals.end(), [&](const Literal& a, const Literal& b) {
        const int order = text(a).compare(text(b));
        return order != 0 ? order < 0 : a.rank < b.rank;
    });
    const auto end =
        std::unique(literals.begin(), literals.end(),
                    [&](const Literal& a, const Literal& b) { return text(a) == text(b); });
    literals.erase(end, literals.end());
}

// What a literal begins with stands before it, and so does all that begins with that.
void RuleTable::Builder::link_parents() {
    std::vector<uint32_t> open;  // the literals that the one at hand may begin with, each within
    for (uint32_t i = 0; i < table_.literals_.size(); ++i) {
        Literal& literal = table_.literals_[i];
        const std::string_view text = table_.view(literal.text);
        while (!open.empty() && !text.starts_with(table_.view(table_.literals_[open.back()].text)))
            open.pop_back();
        if (!open.empty()) literal.parent = open.back();
        open.push_back(i);
    }
}

}  // namespace crawld
