#include "crawl/path_pattern.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace crawld {

namespace {

// What stands for a word, here of letters and digits, in a pattern: "day#" for "day17", "#th" for
// "17th", "#" where letters and digits take turns as in "3fa9", the word itself without a digit.
struct WordShape {
    std::string_view letters_before;
    std::string_view letters_behind;
    bool number = false;
};

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

WordShape shape_of(std::string_view word) {
    const auto first = std::find_if(word.begin(), word.end(), is_digit);
    if (first == word.end()) return {.letters_before = word, .letters_behind = {}};
    const auto behind = std::find_if_not(first, word.end(), is_digit);
    const auto before = static_cast<size_t>(first - word.begin());
    const auto rest = static_cast<size_t>(word.end() - behind);
    const bool mixed = (before > 0 && rest > 0) || std::any_of(behind, word.end(), is_digit);
    if (mixed) return {.letters_before = {}, .letters_behind = {}, .number = true};
    return {.letters_before = word.substr(0, before),
            .letters_behind = word.substr(word.size() - rest),
            .number = true};
}

// Up to the end of the second segment.
std::string_view head_of(std::string_view path) {
    size_t end = path.find('/', 1);
    if (end != path.npos) end = path.find('/', end + 1);
    return path.substr(0, end == path.npos ? end : end + 1);
}

}  // namespace

PathPattern::PathPattern(std::string_view path, bool has_query) {
    if (path.size() < 2) return;
    const std::string_view head = head_of(path);
    size_t numbered = 0;  // up to the end of the last segment with a number
    bool number = false;
    for (size_t at = 0; at < head.size();) {
        number = take(head, at) || number;
        const bool ends = at == head.size() || head[at - 1] == '/';
        if (ends && std::exchange(number, false)) numbered = size_;
    }
    const bool whole = numbered == size_ && !head.ends_with('/');
    size_ = numbered;
    if (whole && has_query) put("?");
    const bool below_root = head.find('/', 1) == std::string_view::npos;
    if (numbered == 0 && below_root && !has_query) put("/*");
}

// The next word, or what is between words; true if there is a number in it.
bool PathPattern::take(std::string_view head, size_t& at) {
    const size_t begin = at;
    if (head[at] == '%') {  // of a letter that is none of ASCII
        at = std::min(at + 3, head.size());
        put(head.substr(begin, at - begin));
        return false;
    }
    while (at < head.size() && (is_letter(head[at]) || is_digit(head[at])))
        ++at;
    if (at == begin) {
        put(head.substr(at++, 1));
        return false;
    }
    const WordShape shape = shape_of(head.substr(begin, at - begin));
    put(shape.letters_before);
    if (shape.number) put("#");
    put(shape.letters_behind);
    return shape.number;
}

void PathPattern::put(std::string_view piece) {
    piece = piece.substr(0, text_.size() - size_);
    std::copy(piece.begin(), piece.end(), text_.begin() + static_cast<ptrdiff_t>(size_));
    size_ += piece.size();
}

}  // namespace crawld
