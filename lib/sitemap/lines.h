// LineReader: the plain text format: one URL a line, ended by LF, CR or both.
//
// A line that does not begin with http:// or https:// is no URL; a text without any is no sitemap.
//
// Source: sitemaps.org/protocol.html, "Text file"
// Test:   tests/unit/sitemap/lines_test.cc
#pragma once

#include "sitemap/bounded_text.h"
#include "sitemap/entries.h"
#include "sitemap/text_reader.h"

namespace crawld {

bool is_http_url(std::string_view text);

class LineReader final : public TextReader {
  public:
    explicit LineReader(Entries& entries) : entries_(entries) {}

    void take(std::string_view text, bool last) override;
    void cut() override {}
    const std::optional<Ending>& ending() const override { return ending_; }
    SitemapFormat format() const override {
        return entries_.urls() > 0 ? SitemapFormat::text : SitemapFormat::unknown;
    }

  private:
    void end_line();

    Entries& entries_;
    BoundedText line_;
    std::optional<Ending> ending_;
};

}  // namespace crawld
