// TextReader: what the readers of markup and of lines have in common.
//
// Test: tests/unit/sitemap/
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sitemap/sitemap.h"

namespace crawld {

// How a file ended.
struct Ending {
    SitemapOutcome outcome = SitemapOutcome::ok;
    std::string detail{};
    uint64_t line = 0;
    uint64_t column = 0;
};

class TextReader {
  public:
    virtual ~TextReader() = default;
    // The next text, which is UTF-8 of characters that XML allows. After the last there is an
    // ending; there may be one before, and then the rest makes no difference.
    virtual void take(std::string_view text, bool last) = 0;
    // The rest of the file is lost: hands out what is complete.
    virtual void cut() = 0;
    virtual const std::optional<Ending>& ending() const = 0;
    virtual SitemapFormat format() const = 0;
};

}  // namespace crawld
