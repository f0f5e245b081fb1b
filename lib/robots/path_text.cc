#include "robots/path_text.h"

#include <algorithm>
#include <cstring>

#include "robots/pattern.h"

namespace crawld {

namespace {

constexpr size_t kSiftedFrom = 64;  // pieces; below, building the grams costs more than searching

std::string without_data_marks(std::string_view text) {
    std::string plain(text);
    std::transform(plain.begin(), plain.end(), plain.begin(), without_data_mark);
    return plain;
}

}  // namespace

PathText::PathText(std::string_view path_and_query, size_t pieces)
    : text_(normalise_path(path_and_query)),
      plain_(without_data_marks(text_)),
      query_(std::min(text_.find('?'), text_.size() - 1) + 1),
      pieces_(pieces) {
    if (pieces >= kSiftedFrom) grams_.emplace(plain_);
}

// In the path the spelling counts; in the query a piece that was written with or without data marks
// is the same, which a pattern cannot know of a piece behind a '*'.
bool PathText::has_at(size_t at, const Piece& piece) const {
    if (at > size() || piece.text.size() > size() - at) return false;
    const size_t in_path = at < query_ ? std::min(query_ - at, piece.text.size()) : 0;
    return text_.compare(at, in_path, piece.text.substr(0, in_path)) == 0 &&
           plain_.compare(at + in_path, piece.plain.size() - in_path,
                          piece.plain.substr(in_path)) == 0;
}

size_t PathText::find(const Piece& piece, uint32_t number, size_t from) {
    if (memos_.empty()) memos_.resize(pieces_);
    Memo& memo = memos_[number];
    if (from >= memo.absent_from) return kNotFound;
    if (from >= memo.from && from <= memo.found) return memo.found;
    const size_t found = may_contain(piece.grams) ? search(piece, from) : kNotFound;
    if (found == kNotFound) {
        memo.absent_from = static_cast<uint32_t>(from);
    } else {
        memo.from = static_cast<uint32_t>(from);
        memo.found = static_cast<uint32_t>(found);
    }
    return found;
}

size_t PathText::search(const Piece& piece, size_t from) const {
    while (from + piece.plain.size() <= size()) {
        // memmem is linear in the text whatever the piece; std::string::find is not.
        const void* hit = memmem(plain_.data() + from, plain_.size() - from, piece.plain.data(),
                                 piece.plain.size());
        if (hit == nullptr) return kNotFound;
        const auto at = static_cast<size_t>(static_cast<const char*>(hit) - plain_.data());
        if (has_at(at, piece)) return at;
        from = at + 1;
    }
    return kNotFound;
}

}  // namespace crawld
