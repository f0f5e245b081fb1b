// The streaming link scanner behind scan_links(): tokenizer, placing rules and collector in a loop.
//
// Cost: linear; memory is that of the result and a few kilobytes.
// Test: tests/unit/html/scanner_test.cc, tests/conformance/html/
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "html/collect.h"
#include "html/insertion.h"
#include "html/tokenizer.h"

namespace crawld {

class Scanner {
  public:
    Scanner(std::string_view utf8, const LinkQuery& query, PageLinks& page)
        : tokens_(utf8), collector_(query, page) {}

    void run();
    bool guessed() const { return insertion_.guessed(); }

  private:
    void follow_insertion(bool body_was_open);
    bool start_tag(const TagToken& token);
    bool read_attributes(StartTag& tag);
    void skip_content(const TagToken& token);

    Tokenizer tokens_;
    Insertion insertion_;
    Collector collector_;
    Collector::Mark body_;
    AttributeValues values_;
    std::array<std::string, kAttributeCount> scratch_;
};

}  // namespace crawld
