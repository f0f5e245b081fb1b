#include "robots/rule_table_builder.h"

#include <algorithm>

namespace crawld {

namespace {

bool stronger(const Rule& a, const Rule& b) {
    if (a.pattern.octets != b.pattern.octets) return a.pattern.octets > b.pattern.octets;
    if (a.allow != b.allow) return a.allow;
    return a.line < b.line;
}

bool is_glob(const Pattern& pattern) {
    return pattern.pieces.size() > 1;
}

}  // namespace

void RuleTable::Builder::build(std::vector<Rule> rules) {
    std::sort(rules.begin(), rules.end(), stronger);
    for (const Rule& rule : rules)
        add(rule);
    sort_literals(table_.literals_);
    sort_literals(table_.exacts_);
    link_parents();
}

void RuleTable::Builder::add(const Rule& rule) {
    const auto rank = static_cast<uint32_t>(table_.entries_.size());
    const Text text = store(rule.text);
    table_.entries_.push_back(
        {.text = text.begin, .text_bytes = text.bytes, .line = rule.line, .allow = rule.allow});
    const Pattern& pattern = rule.pattern;
    if (is_glob(pattern))
        add_glob(pattern, rank);
    else if (pattern.anchored)
        table_.exacts_.push_back({.text = store(pattern.pieces[0]), .rank = rank});
    else
        table_.literals_.push_back({.text = store(pattern.pieces[0]), .rank = rank});
}

void RuleTable::Builder::add_glob(const Pattern& pattern, uint32_t rank) {
    Glob glob{.grams = grams_of({}),
              .bytes_min = 0,
              .rank = rank,
              .pieces_begin = static_cast<uint32_t>(table_.piece_numbers_.size()),
              .pieces_end = 0,
              .has_beginning = !pattern.pieces.front().empty(),
              // "*$" at the end: anything may end the path.
              .anchored = pattern.anchored && !pattern.pieces.back().empty()};
    size_t rarest_bytes = 0;
    for (const std::string& text : pattern.pieces) {
        if (text.empty()) continue;
        const uint32_t number = number_of(text);
        table_.piece_numbers_.push_back(number);
        // The longest piece is the best guess at the rarest; of equal ones the last, because files
        // made to be slow begin all their rules alike.
        if (text.size() >= rarest_bytes) {
            rarest_bytes = text.size();
            glob.grams = table_.pieces_[number].grams;
        }
        glob.bytes_min += static_cast<uint32_t>(text.size());
    }
    glob.pieces_end = static_cast<uint32_t>(table_.piece_numbers_.size());
    table_.globs_.push_back(glob);
}

uint32_t RuleTable::Builder::number_of(const std::string& piece) {
    const auto [it, added] =
        numbers_.try_emplace(piece, static_cast<uint32_t>(table_.pieces_.size()));
    if (!added) return it->second;
    std::string plain = piece;
    std::transform(plain.begin(), plain.end(), plain.begin(), without_data_mark);
    const Text text = store(piece);
    table_.pieces_.push_back({.text = text,
                              .plain = plain == piece ? text.begin : store(plain).begin,
                              .grams = grams_of(plain)});
    return it->second;
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
