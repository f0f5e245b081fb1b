// MarkupFilter: what of a text in markup the XML parser gets to see.
//
// Comments, processing instructions and XML declarations are left out, but for their line ends, so
// that lines keep their numbers. An '&' that begins none of XML's own references becomes "&amp;",
// except in CDATA. A document type ends the text in front of it: no parser sees one. Elements,
// attributes, text and CDATA pass as they are, whether they are well-formed or not.
//
// The parser and this can only differ where the parser gives up: what looks like one of these where
// XML has none, as in the value of an attribute, is not well-formed.
//
// Cost:   linear; text without such an '&' and without comments is not copied.
// Source: XML 1.0 2.4 to 2.8, 4.1.
// Test:   tests/unit/sitemap/markup_filter_test.cc
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace crawld {

class MarkupFilter {
  public:
    // Takes text off the front of `rest`: all of it if it is the last, else all but what cannot be
    // told yet, which is less than kLookahead. What passes lives as long as that text, and until
    // the next call. Nothing may follow a document type.
    std::string_view pass(std::string_view& rest, bool last);

    // A document type was met, and this is its name: "html", "urlset", empty if it has none.
    bool has_doctype() const { return inside_ == Inside::doctype; }
    const std::string& doctype() const { return doctype_; }

    static constexpr size_t kLookahead = 64;

  private:
    enum class Inside : uint8_t { text, comment, instruction, cdata, doctype };

    // Each goes on from at_, and says whether it got further.
    bool pass_text();
    bool pass_markup();
    bool pass_reference();
    bool pass_until(std::string_view terminator, bool visible);
    bool enter(Inside inside, size_t opening, bool visible);
    void enter_doctype();
    void leave_out(size_t size);
    void keep_line_ends(std::string_view hidden);

    Inside inside_ = Inside::text;
    std::string doctype_;

    // Of the call under way.
    std::string_view in_;
    bool last_ = false;
    size_t at_ = 0;    // before it everything is decided
    size_t kept_ = 0;  // before it everything is in out_, unless nothing has changed
    bool changed_ = false;
    std::string out_;
};

}  // namespace crawld
