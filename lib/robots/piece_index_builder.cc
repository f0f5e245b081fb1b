#include "robots/piece_index_builder.h"

#include <algorithm>

namespace crawld {

std::vector<PieceIndex::Family> PieceIndex::Builder::build() {
    sort();
    grow();
    link();
    return number();
}

// Most texts differ in their first eight bytes, which compare as one number.
void PieceIndex::Builder::sort() {
    struct Key {
        uint64_t head = 0;
        uint32_t piece = 0;
    };
    std::vector<Key> keys(texts_.size());
    for (uint32_t i = 0; i < keys.size(); ++i) {
        const std::string& text = texts_[i];
        keys[i].piece = i;
        for (size_t at = 0; at < sizeof keys[i].head; ++at)
            keys[i].head = keys[i].head << 8 |
                           (at < text.size() ? static_cast<unsigned char>(text[at]) : uint64_t{0});
    }
    std::sort(keys.begin(), keys.end(), [&](const Key& a, const Key& b) {
        return a.head != b.head ? a.head < b.head : texts_[a.piece] < texts_[b.piece];
    });
    sorted_.resize(keys.size());
    std::transform(keys.begin(), keys.end(), sorted_.begin(),
                   [](const Key& key) { return key.piece; });
}

void PieceIndex::Builder::grow() {
    index_.labels_.push_back(0);
    index_.longest_.push_back(kNone);
    runs_.push_back({0, static_cast<uint32_t>(sorted_.size())});
    size_t depth = 0;
    for (Node node = 0; node < runs_.size(); ++depth)
        for (const auto level_end = static_cast<Node>(runs_.size()); node < level_end; ++node)
            add_children(node, depth);
    index_.children_.push_back(static_cast<Node>(runs_.size()));
    index_.labels_.shrink_to_fit();
    index_.longest_.shrink_to_fit();
    index_.children_.shrink_to_fit();
    runs_ = {};
}

void PieceIndex::Builder::add_children(Node node, size_t depth) {
    index_.children_.push_back(static_cast<Node>(runs_.size()));
    auto [at, end] = runs_[node];
    if (texts_[sorted_[at]].size() == depth) {
        index_.longest_[node] = sorted_[at];
        by_length_.push_back(sorted_[at]);
        ++at;
    }
    while (at < end) {
        const uint32_t begin = at;
        const char label = texts_[sorted_[begin]][depth];
        while (at < end && texts_[sorted_[at]][depth] == label)
            ++at;
        index_.labels_.push_back(static_cast<unsigned char>(label));
        index_.longest_.push_back(kNone);
        runs_.push_back({begin, at});
    }
}

// A node's fallback is a shorter text, and so has its own before.
void PieceIndex::Builder::link() {
    const std::vector<Node>& children = index_.children_;
    for (Node node = children[kRoot]; node < children[kRoot + 1]; ++node)
        index_.from_root_[index_.labels_[node]] = node;
    shorter_of_.resize(texts_.size(), kNone);
    index_.fallback_.resize(index_.labels_.size(), kRoot);
    for (Node parent = 0; parent + 1 < children.size(); ++parent) {
        for (Node node = children[parent]; node < children[parent + 1]; ++node) {
            const Node fallback = parent == kRoot
                                      ? kRoot
                                      : index_.next(index_.fallback_[parent], index_.labels_[node]);
            index_.fallback_[node] = fallback;
            uint32_t& longest = index_.longest_[node];
            if (longest == kNone)
                longest = index_.longest_[fallback];
            else
                shorter_of_[longest] = index_.longest_[fallback];
        }
    }
}

// Every piece directly before those that end in it, whose families lie one behind the other.
std::vector<PieceIndex::Family> PieceIndex::Builder::number() {
    std::vector<uint32_t> members(texts_.size(), 1);
    for (auto piece = by_length_.rbegin(); piece != by_length_.rend(); ++piece)
        if (shorter_of_[*piece] != kNone) members[shorter_of_[*piece]] += members[*piece];
    std::vector<Family> families(texts_.size());
    std::vector<uint32_t> free(texts_.size());  // the next number within each piece's family
    uint32_t free_of_all = 0;
    for (const uint32_t piece : by_length_) {
        uint32_t& next = shorter_of_[piece] == kNone ? free_of_all : free[shorter_of_[piece]];
        families[piece] = {.number = next, .end = next + members[piece]};
        next += members[piece];
        free[piece] = families[piece].number + 1;
    }
    for (uint32_t& piece : index_.longest_)
        if (piece != kNone) piece = families[piece].number;
    return families;
}

}  // namespace crawld
