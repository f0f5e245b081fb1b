#include "robots/piece_index.h"

#include <cstring>

#include "robots/piece_index_builder.h"

namespace crawld {

namespace {

constexpr uint32_t kFewChildren = 4;  // that a loop is through with before memchr has begun

}  // namespace

PieceIndex::PieceIndex(const std::vector<std::string>& pieces, std::vector<Family>& families)
    : size_(pieces.size()) {
    families = Builder(*this, pieces).build();
}

// kRoot, which is nobody's child, stands for none.
PieceIndex::Node PieceIndex::child(Node node, unsigned char label) const {
    const Node begin = children_[node];
    const uint32_t count = children_[node + 1] - begin;
    if (count <= kFewChildren) {
        for (Node child = begin; child < begin + count; ++child)
            if (labels_[child] == label) return child;
        return kRoot;
    }
    const void* hit = memchr(labels_.data() + begin, label, count);
    if (hit == nullptr) return kRoot;
    return static_cast<Node>(static_cast<const unsigned char*>(hit) - labels_.data());
}

PieceIndex::Node PieceIndex::next(Node node, unsigned char label) const {
    for (; node != kRoot; node = fallback_[node])
        if (const Node found = child(node, label); found != kRoot) return found;
    return from_root_[label];
}

std::vector<uint32_t> PieceIndex::longest_ends(std::string_view text) const {
    std::vector<uint32_t> ends(text.size());
    Node node = kRoot;
    for (size_t i = 0; i < text.size(); ++i) {
        node = next(node, static_cast<unsigned char>(text[i]));
        ends[i] = longest_[node];
    }
    return ends;
}

size_t PieceIndex::bytes() const {
    return sizeof *this + labels_.capacity() + children_.capacity() * sizeof(Node) +
           fallback_.capacity() * sizeof(Node) + longest_.capacity() * sizeof(uint32_t);
}

}  // namespace crawld
