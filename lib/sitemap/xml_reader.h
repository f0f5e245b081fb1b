// XmlReader: markup through the filter and expat to elements, under bounds.
//
// Expat looks at an unfinished tag again with every block, so a tag is bounded; character data it
// hands on as it comes. Of elements and pieces of text, which cost more than the bytes that they
// are made of, only so many are read: kMarkupWorkMax is some three times what a sitemap of the
// largest size has that lists URLs.
//
// Owns:   the parser, all of whose memory is counted.
// Source: XML 1.0; libexpat 2.5.
// Test:   tests/unit/sitemap/, tests/conformance/sitemap/
#pragma once

#include <memory>

#include "sitemap/elements.h"
#include "sitemap/markup_filter.h"
#include "sitemap/parser_memory.h"
#include "sitemap/text_reader.h"

struct XML_ParserStruct;

namespace crawld {

inline constexpr uint64_t kMarkupWorkMax = 24'000'000;
inline constexpr uint64_t kElementWork = 3;  // a piece of text is 1: a line, a reference

class XmlReader final : public TextReader {
  public:
    XmlReader(Entries& entries, std::string_view file_url);

    void take(std::string_view text, bool last) override;
    void cut() override;
    const std::optional<Ending>& ending() const override { return ending_; }
    SitemapFormat format() const override { return elements_.format(); }

  private:
    static void start_element(void* self, const char* name, const char** attributes);
    static void end_element(void* self, const char* name);
    static void character_data(void* self, const char* text, int size);
    void spend(uint64_t work);
    void stop_if_done();
    void parse(std::string_view text, bool last);
    void end(Ending ending);
    void end_at_doctype();
    void end_as_html();
    void end_with_parsers_error();

    struct FreeParser {
        ParserMemory* memory;
        void operator()(XML_ParserStruct* parser) const;
    };

    Elements elements_;
    MarkupFilter filter_;
    std::string waiting_;  // what the filter could not tell yet
    uint64_t bytes_parsed_ = 0;
    uint64_t work_ = 0;
    std::optional<Ending> ending_;
    ParserMemory memory_{kParserBytesMax};
    std::unique_ptr<XML_ParserStruct, FreeParser> parser_;
};

}  // namespace crawld
