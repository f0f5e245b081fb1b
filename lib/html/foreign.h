// The open elements since the outermost <svg> or <math>: which of the tags inside are SVG, MathML
// or HTML again.
//
// Bound:  kForeignDepthMax elements; deeper ones are only counted.
// Owns:   nothing; names point into the page.
// Cost:   a start tag is constant, an end tag at most linear in the bound.
// Source: WHATWG HTML 13.2.6.5 (foreign content), 13.2.4.2 (integration points).
// Test:   tests/unit/html/scanner_test.cc, tests/conformance/html/
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "html/tags.h"

namespace crawld {

inline constexpr size_t kForeignDepthMax = 32;

// A start tag as the placing rules need it; the last three tell of attributes.
struct StartTag {
    std::string_view name;
    GumboTag tag = GUMBO_TAG_UNKNOWN;
    bool self_closing = false;
    bool font_style = false;     // color, face or size
    bool html_encoding = false;  // encoding=text/html or application/xhtml+xml
    bool hidden = false;         // type=hidden
};

class ForeignStack {
  public:
    enum class Namespace : uint8_t { html, svg, math };

    bool empty() const { return size_ == 0; }
    void clear() { size_ = deeper_ = 0; }
    bool guessed() const { return guessed_; }
    // The current node is not HTML, so that CDATA sections exist.
    bool in_foreign_node() const { return size_ > 0 && top().kind != Kind::html; }

    // By which rules the tag is placed, inside the stack; leaves foreign elements if the tag does.
    Namespace place(const StartTag& tag);
    // Opens an element placed by the rules of `space`. Raw text, void and self-closing elements
    // never are open between two tags.
    void open(const StartTag& tag, Namespace space);
    // An end tag: true if it was for an element of this stack or is void of effect, false if the
    // rules for HTML outside of the stack must see it. `open_outside`: an element of that name is
    // open, or may be, outside of the stack.
    bool close(std::string_view name, bool open_outside);
    // Before close(): whether what it does is certain.
    void guess_unless_closing(std::string_view name);

  private:
    enum class Kind : uint8_t {
        html,
        svg,
        math,
        svg_html,         // foreignObject, desc, title: HTML inside
        math_text,        // mi, mo, mn, ms, mtext: HTML inside
        annotation,       // annotation-xml: an <svg> inside
        annotation_html,  // annotation-xml whose encoding is HTML: HTML inside
    };
    struct Element {
        std::string_view name;
        Kind kind = Kind::html;
    };

    static bool is_integration_point(Kind kind) {
        return kind == Kind::svg_html || kind == Kind::math_text || kind == Kind::annotation_html;
    }
    const Element& top() const { return elements_[size_ - 1]; }
    bool close_html(std::string_view name, size_t from, bool open_outside);

    std::array<Element, kForeignDepthMax> elements_;
    size_t size_ = 0;
    size_t deeper_ = 0;
    bool guessed_ = false;
};

}  // namespace crawld
