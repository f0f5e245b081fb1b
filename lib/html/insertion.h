// What tree construction would do with a tag, as far as links depend on it: where the tag goes,
// and whether its content is text.
//
// A tag is dropped inside <select> and around a <frameset>, and <frame> outside of one; in svg and
// math a tag is no HTML element, and its content is markup. A few facts are enough to know: is a
// body open, may a frameset still replace it, which select and tables are open, which foreign
// elements. Everything else of tree construction moves elements about, or repeats them, but loses
// none. Without a stack of all open elements some placements in broken markup remain a guess, as
// whether an end tag inside svg or math closes something outside of it: guessed() tells.
//
// Bound:  kTemplateDepthMax templates and 64 tables remember their state; deeper ones are counted.
// Cost:   constant, besides ForeignStack.
// Source: WHATWG HTML 13.2.6.4 as Gumbo 0.10.1 has it (a <select> still drops tags). An end tag
//         </p> or </br> leaves svg and math as in today's 13.2.6.5; Gumbo's stays inside.
// Test:   tests/unit/html/scanner_test.cc, tests/conformance/html/
#pragma once

#include <array>
#include <cstdint>

#include "html/foreign.h"
#include "html/tokenizer.h"

namespace crawld {

inline constexpr size_t kTemplateDepthMax = 32;

enum class Placement : uint8_t {
    ignored,
    html,  // with raw content, if the tag has the trait
    svg,
    math,
    frameset,  // the first frameset: the body so far is gone
};

class Insertion {
  public:
    // Only tags with links, raw content or the trait `rules` can matter any more, until one of
    // them changes this.
    bool settled() const { return settled_; }

    // A tag that does not matter, which only is counted.
    void pass(const TagToken& token) {
        if (!token.end)
            ++open_[token.tag];
        else if (open_[token.tag] > 0)
            --open_[token.tag];
    }
    Placement start(const StartTag& tag);
    void end(const TagToken& token);
    void text();  // something other than white space stood between tags

    bool body_open() const { return body_open_; }
    bool watches_text() const { return frameset_ok_; }
    bool in_foreign_node() const { return foreign_.in_foreign_node(); }
    bool in_template() const { return template_depth_ > 0; }
    // A tag so far may be placed otherwise in the tree.
    bool guessed() const { return guessed_ || foreign_.guessed(); }

  private:
    // The tables open around here, innermost last: a bit says that a cell or caption is open.
    struct Tables {
        uint32_t depth = 0;
        uint64_t in_cell = 0;
    };
    struct Context {  // saved by a template, which begins afresh
        bool in_select = false;
        bool columns = false;  // a template of <col>
        bool fresh = false;    // a template without a tag so far
        Tables tables;
    };

    void update();
    Placement start_html(const StartTag& tag);
    Placement start_in_frameset(const StartTag& tag);
    bool stays_in_select(const StartTag& tag);
    bool dropped_by_template(const StartTag& tag);
    void start_table(GumboTag tag);
    bool may_be_open(const TagToken& token) const;
    bool is_surely_ignored(const TagToken& token) const;
    void end_html(const TagToken& token);
    void end_table(GumboTag tag);
    void open_template();
    void close_template();
    uint64_t cell_bit() const;

    bool settled_ = false;
    bool guessed_ = false;
    bool template_seen_ = false;
    bool body_open_ = false;
    bool frameset_ok_ = true;
    enum class Frames : uint8_t { none, inside, after } frames_ = Frames::none;
    uint32_t frameset_depth_ = 0;
    Context context_;
    std::array<Context, kTemplateDepthMax> outer_;
    size_t template_depth_ = 0;
    std::array<uint32_t, GUMBO_TAG_LAST> open_{};  // HTML start tags less end tags
    ForeignStack foreign_;
};

}  // namespace crawld
