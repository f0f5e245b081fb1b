#include "html/insertion.h"

namespace crawld {
namespace {

// 13.2.6.4.7: in a body these start tags open no element.
bool is_dropped_in_body(GumboTag tag) {
    return tag == GUMBO_TAG_HTML || tag == GUMBO_TAG_HEAD || tag == GUMBO_TAG_BODY ||
           tag == GUMBO_TAG_COLGROUP;
}

}  // namespace

void Insertion::update() {
    settled_ = body_open_ && !frameset_ok_ && frames_ == Frames::none && !context_.in_select &&
               !context_.columns && !context_.fresh && foreign_.empty();
}

void Insertion::text() {
    if (frames_ == Frames::none) body_open_ = true;
    frameset_ok_ = false;
    update();
}

Placement Insertion::start(const StartTag& tag) {
    Placement placement = Placement::ignored;
    if (frames_ != Frames::none) {
        placement = start_in_frameset(tag);
    } else if (foreign_.empty()) {
        placement = start_html(tag);
    } else {
        const ForeignStack::Namespace space = foreign_.place(tag);
        if (space == ForeignStack::Namespace::html) {
            placement = start_html(tag);
        } else {
            foreign_.open(tag, space);
            placement = space == ForeignStack::Namespace::svg ? Placement::svg : Placement::math;
        }
    }
    update();
    return placement;
}

// 13.2.6.4.20 to 13.2.6.4.23: nothing but frames counts, and what is in <noframes> is text.
Placement Insertion::start_in_frameset(const StartTag& tag) {
    if (tag.tag == GUMBO_TAG_NOFRAMES) return Placement::html;
    if (frames_ == Frames::after) return Placement::ignored;
    if (tag.tag == GUMBO_TAG_FRAMESET) ++frameset_depth_;
    return tag.tag == GUMBO_TAG_FRAME ? Placement::html : Placement::ignored;
}

Placement Insertion::start_html(const StartTag& tag) {
    const uint32_t traits = tag_traits(tag.tag);
    if (context_.in_select && stays_in_select(tag)) return Placement::ignored;
    if ((context_.fresh || context_.columns) && dropped_by_template(tag)) return Placement::ignored;
    if (tag.tag == GUMBO_TAG_FRAMESET) {
        guessed_ |= template_seen_ || body_open_;
        if (!frameset_ok_) return Placement::ignored;
        frames_ = Frames::inside;
        frameset_depth_ = 1;
        frameset_ok_ = false;
        foreign_.clear();
        return Placement::frameset;
    }
    if ((traits & kTagHead) == 0) body_open_ = true;
    if (tag.tag == GUMBO_TAG_FRAME) return Placement::ignored;
    const bool hidden_input = tag.tag == GUMBO_TAG_INPUT && tag.hidden;
    if ((traits & kTagNotFrameset) != 0 && !hidden_input) frameset_ok_ = false;
    // It may come to stand before the table, and the first one counts.
    guessed_ |= tag.tag == GUMBO_TAG_BASE && context_.tables.depth > 0;
    if ((traits & kTagTable) != 0) start_table(tag.tag);
    if (tag.tag == GUMBO_TAG_SELECT) context_.in_select = true;
    if (tag.tag == GUMBO_TAG_TEMPLATE) open_template();

    if (tag.tag == GUMBO_TAG_SVG || tag.tag == GUMBO_TAG_MATH) {
        const bool svg = tag.tag == GUMBO_TAG_SVG;
        foreign_.open(tag, svg ? ForeignStack::Namespace::svg : ForeignStack::Namespace::math);
        return svg ? Placement::svg : Placement::math;
    }
    if (!foreign_.empty()) {
        guessed_ |= (traits & kTagRules) != 0 || is_dropped_in_body(tag.tag);
        foreign_.open(tag, ForeignStack::Namespace::html);
    }
    ++open_[tag.tag];
    return Placement::html;
}

// 13.2.6.4.16, 13.2.6.4.17: a select takes options, scripts and templates, is closed by other
// fields and by the structure of the table around it, and drops all else.
bool Insertion::stays_in_select(const StartTag& tag) {
    if (tag.tag == GUMBO_TAG_SCRIPT || tag.tag == GUMBO_TAG_TEMPLATE) return false;
    const bool field =
        tag.tag == GUMBO_TAG_INPUT || tag.tag == GUMBO_TAG_KEYGEN || tag.tag == GUMBO_TAG_TEXTAREA;
    const bool of_table = (tag_traits(tag.tag) & kTagTable) != 0;
    const bool table = of_table && context_.tables.depth > 0;
    guessed_ |= of_table && template_depth_ > 0;
    if (field || table || tag.tag == GUMBO_TAG_SELECT) {
        context_.in_select = false;
        if (!foreign_.empty()) foreign_.close("select", false);
    }
    return context_.in_select || tag.tag == GUMBO_TAG_SELECT;
}

// 13.2.6.4.18: the first tag of a template says what it takes, with <col> nothing but columns.
bool Insertion::dropped_by_template(const StartTag& tag) {
    const bool neutral = (tag_traits(tag.tag) & kTagHead) != 0 && tag.tag != GUMBO_TAG_HTML &&
                         tag.tag != GUMBO_TAG_HEAD && tag.tag != GUMBO_TAG_NOSCRIPT;
    if (context_.fresh && !neutral) {
        context_.fresh = false;
        context_.columns = tag.tag == GUMBO_TAG_COL;
        // Beginning with a row or the like, it acts as the inside of a table.
        const bool table = (tag_traits(tag.tag) & kTagTable) != 0 && tag.tag != GUMBO_TAG_TABLE;
        if (table && !context_.columns) context_.tables.depth = 1;
    }
    return context_.columns && tag.tag != GUMBO_TAG_TEMPLATE;
}

uint64_t Insertion::cell_bit() const {
    const uint32_t depth = context_.tables.depth;
    return depth == 0 || depth > 64 ? 0 : uint64_t{1} << (depth - 1);
}

void Insertion::start_table(GumboTag tag) {
    Tables& tables = context_.tables;
    if (tag == GUMBO_TAG_TABLE) {
        // A table outside of a cell ends the one it stands in.
        const bool nested =
            tables.depth == 0 || tables.depth > 64 || (tables.in_cell & cell_bit()) != 0;
        if (nested) ++tables.depth;
        tables.in_cell &= ~cell_bit();
    } else if (tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH || tag == GUMBO_TAG_CAPTION) {
        tables.in_cell |= cell_bit();
    } else {
        tables.in_cell &= ~cell_bit();
    }
}

void Insertion::end_table(GumboTag tag) {
    Tables& tables = context_.tables;
    tables.in_cell &= ~cell_bit();
    if (tag == GUMBO_TAG_TABLE && tables.depth > 0) --tables.depth;
}

void Insertion::end(const TagToken& token) {
    if (frames_ != Frames::none) {
        if (token.tag == GUMBO_TAG_FRAMESET && frameset_depth_ > 0 && --frameset_depth_ == 0)
            frames_ = Frames::after;
    } else {
        if (!foreign_.empty() && !is_surely_ignored(token))
            foreign_.guess_unless_closing(token.name);
        const bool html = !foreign_.in_foreign_node();
        const bool outside = foreign_.empty() || !foreign_.close(token.name, may_be_open(token));
        if (html || outside) end_html(token);
    }
    update();
}

// Without a tree we take it that an element is open when more of its start tags than of its end
// tags went before. </body> and </html> leave all elements open; </p> and </br> leave svg and math
// anyway.
bool Insertion::may_be_open(const TagToken& token) const {
    const GumboTag tag = token.tag;
    if (tag == GUMBO_TAG_P || tag == GUMBO_TAG_BR) return true;
    if (tag == GUMBO_TAG_BODY || tag == GUMBO_TAG_HTML || open_[tag] == 0) return false;
    if (tag == GUMBO_TAG_HEAD) return false;  // closed before there was anything in a body
    if ((tag_traits(tag) & kTagTable) != 0) return context_.tables.depth > 0;
    // Names without '-' that HTML does not know are rather those of SVG and MathML.
    if (tag == GUMBO_TAG_UNKNOWN) return token.name.find('-') != std::string_view::npos;
    return (tag_traits(tag) & (kTagForeign | kTagVoid | kTagRawText)) == 0;
}

// Nothing of that name is open. Tables have rows that no tag began, a template may act as the
// inside of a table that it has not, and a heading ends any other.
bool Insertion::is_surely_ignored(const TagToken& token) const {
    const bool table = (tag_traits(token.tag) & kTagTable) != 0;
    const bool heading = token.tag >= GUMBO_TAG_H1 && token.tag <= GUMBO_TAG_H6;
    const bool in_table = template_depth_ > 0 || context_.tables.depth > 0;
    return foreign_.in_foreign_node() && open_[token.tag] == 0 && !heading && !(table && in_table);
}

void Insertion::end_html(const TagToken& token) {
    pass(token);
    const GumboTag tag = token.tag;
    const bool table = (tag_traits(tag) & kTagTable) != 0;
    if (context_.in_select) {
        if (tag == GUMBO_TAG_TEMPLATE) return close_template();
        if (tag == GUMBO_TAG_SELECT || (table && context_.tables.depth > 0))
            context_.in_select = false;
        guessed_ |= table && (tag != GUMBO_TAG_TABLE || template_depth_ > 0);
        if (context_.in_select) return;
    }
    if (table) end_table(tag);
    if (tag == GUMBO_TAG_TEMPLATE) close_template();
    if (tag == GUMBO_TAG_BODY || tag == GUMBO_TAG_HTML || tag == GUMBO_TAG_BR) body_open_ = true;
    if (tag == GUMBO_TAG_BR) frameset_ok_ = false;
}

void Insertion::open_template() {
    if (template_depth_ < kTemplateDepthMax) outer_[template_depth_] = context_;
    ++template_depth_;
    template_seen_ = true;
    context_ = Context{.in_select = false, .columns = false, .fresh = true, .tables = {}};
}

void Insertion::close_template() {
    if (template_depth_ == 0) return;
    --template_depth_;
    context_ = template_depth_ < kTemplateDepthMax ? outer_[template_depth_] : Context{};
}

}  // namespace crawld
