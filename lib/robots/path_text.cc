#include "robots/path_text.h"

#include <algorithm>
#include <cstring>

#include "robots/pattern.h"

namespace crawld {

namespace {

// memmem is linear in the text whatever the piece; std::string::find is not.
size_t find_text(std::string_view text, std::string_view piece, size_t from) {
    if (from > text.size()) return PathText::kNotFound;
    const void* hit = memmem(text.data() + from, text.size() - from, piece.data(), piece.size());
    if (hit == nullptr) return PathText::kNotFound;
    return static_cast<size_t>(static_cast<const char*>(hit) - text.data());
}

}  // namespace

std::string spelt_in_query(std::string_view piece) {
    std::string spelt(piece);
    for (char& c : spelt)
        if (c == as_data('/') || c == as_data('?')) c = without_data_mark(c);
    return spelt;
}

PathText::PathText(std::string_view path_and_query)
    : text_(normalise_path(path_and_query)),
      query_(std::min(text_.find('?'), text_.size() - 1) + 1) {}

// A piece on both sides of the '?' has it too, and behind it no marks that the query has not.
bool PathText::has_at(size_t at, const Piece& piece) const {
    if (at > size()) return false;
    const std::string_view rest = std::string_view(text_).substr(at);
    return rest.starts_with(piece.text) || (at >= query_ && rest.starts_with(piece.in_query));
}

size_t PathText::find(const Piece& piece, size_t from) const {
    const size_t found = find_text(text_, piece.text, from);
    if (piece.in_query == piece.text) return found;
    return std::min(found, find_text(text_, piece.in_query, std::max(from, query_)));
}

}  // namespace crawld
