// BoundedText: the text of one element or line, collected from pieces without the white space
// around it, up to kLocBytesMax.
//
// White space is Unicode's, with the zero-width ones that editors leave behind.
//
// Cost: white space in front takes no memory, however much there is.
// Test: tests/unit/sitemap/bounded_text_test.cc
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace crawld {

class BoundedText {
  public:
    void clear();
    void append(std::string_view piece);
    // Without the white space at both ends; until the next call of another function.
    std::string_view text() const;
    bool empty() const { return text_.empty() && !too_long_; }
    // Some of it, which is not all white space, did not fit.
    bool too_long() const { return too_long_; }

  private:
    std::string text_;
    bool too_long_ = false;
};

// How many bytes of white space `text` begins with. A character that is cut is none.
size_t leading_space(std::string_view text);

}  // namespace crawld
