#include "robots/rule_table_builder.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

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

}  // namespace

void RuleTable::Builder::build(std::vector<Rule> rules) {
    std::sort(rules.begin(), rules.end(), stronger);
    for (const Rule& rule : rules)
        add(rule);
    sort_literals(table_.literals_);
    sort_literals(table_.exacts_);
    link_parents();
    if (uses_.size() < kIndexedFrom)
        store_pieces();
    else
        index_pieces();
    table_.globs_ = GlobTree(std::move(globs_), piece_uses());
    trim();
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
    GlobTree::Glob glob{.begin = static_cast<uint32_t>(uses_.size()), .end = 0, .rank = rank};
    for (const std::string& text : pattern.pieces) {
        if (text.empty()) continue;
        CRAWLD_CHECK(text.size() < PieceUse::kSpecial);
        // "*$" at the end: anything may end the path.
        uses_.push_back({.piece = number_of(text),
                         .begins_path = &text == &pattern.pieces.front(),
                         .ends_path = pattern.anchored && &text == &pattern.pieces.back()});
    }
    glob.end = static_cast<uint32_t>(uses_.size());
    globs_.push_back(glob);
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
        families_.push_back({.number = static_cast<uint32_t>(families_.size()), .end = 0});
    }
}

void RuleTable::Builder::index_pieces() {
    const size_t used = pieces_.size();
    for (uint32_t piece = 0; piece < used; ++piece)
        if (const std::string in_query = spelt_in_query(pieces_[piece]); in_query != pieces_[piece])
            respelt_[piece] = number_of(in_query);
    table_.index_ = std::make_shared<const PieceIndex>(pieces_, families_);
}

std::vector<PieceUse> RuleTable::Builder::piece_uses() {
    std::unordered_map<uint64_t, uint32_t> specials;
    std::vector<PieceUse> uses;
    for (const auto [piece, begins_path, ends_path] : uses_) {
        PieceUse use{.family = families_[piece],
                     .bytes = static_cast<uint32_t>(pieces_[piece].size())};
        const auto respelt = respelt_.find(piece);
        if (begins_path || ends_path || respelt != respelt_.end()) {
            const auto number = static_cast<uint32_t>(table_.specials_.size());
            const auto [it, added] = specials.try_emplace(
                uint64_t{piece} << 2 | (begins_path ? 2U : 0U) | (ends_path ? 1U : 0U), number);
            SpecialPiece special{.plain = use.family,
                                 .in_query = {},
                                 .bytes = use.bytes,
                                 .begins_path = begins_path,
                                 .ends_path = ends_path};
            if (respelt != respelt_.end()) {
                special.in_query = families_[respelt->second];
                use.family = {.number = 0, .end = static_cast<uint32_t>(pieces_.size())};
            }
            if (added) table_.specials_.push_back(special);
            use.bytes = PieceUse::kSpecial | it->second;
        }
        uses.push_back(use);
    }
    return uses;
}

void RuleTable::Builder::trim() {
    table_.texts_.shrink_to_fit();
    table_.entries_.shrink_to_fit();
    table_.literals_.shrink_to_fit();
    table_.exacts_.shrink_to_fit();
    table_.pieces_.shrink_to_fit();
    table_.specials_.shrink_to_fit();
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
