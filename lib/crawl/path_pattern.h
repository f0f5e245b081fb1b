// PathPattern: what the names of pages have in common that differ in their numbers alone.
//
// How:    the first two segments of a path, up to the last one with a number, with each number as
//         '#': "/day-#" of "/day-17", "/cal/#-#" of "/cal/2026-11", "/#/" of "/2026/index". A word
//         in which letters and digits take turns, as in "3fa9", is '#' as a whole. With a query "?"
//         follows where the page's own name is in it. Of a page directly below the root without a
//         number and without a query "/*". Empty where there is nothing to say.
// Owns:   its text; at most kPatternBytesMax, a longer one is cut.
// Test:   tests/unit/crawl/path_pattern_test.cc
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace crawld {

inline constexpr size_t kPatternBytesMax = 64;

class PathPattern {
  public:
    PathPattern(std::string_view path, bool has_query);
    std::string_view text() const { return {text_.data(), size_}; }

  private:
    bool take(std::string_view head, size_t& at);
    void put(std::string_view piece);

    std::array<char, kPatternBytesMax> text_{};
    size_t size_ = 0;
};

}  // namespace crawld
