#include "html/foreign.h"

#include "base/text.h"

namespace crawld {

ForeignStack::Namespace ForeignStack::place(const StartTag& tag) {
    const Kind kind = top().kind;
    const bool glyph = tag.tag == GUMBO_TAG_MGLYPH || tag.tag == GUMBO_TAG_MALIGNMARK;
    if (kind == Kind::html || kind == Kind::svg_html || kind == Kind::annotation_html ||
        (kind == Kind::math_text && !glyph) ||
        (kind == Kind::annotation && tag.tag == GUMBO_TAG_SVG))
        return Namespace::html;

    const bool leaves =
        (tag_traits(tag.tag) & kTagBreakout) != 0 || (tag.tag == GUMBO_TAG_FONT && tag.font_style);
    if (leaves) {
        while (size_ > 0 && top().kind != Kind::html && !is_integration_point(top().kind))
            --size_;
        deeper_ = 0;
        return Namespace::html;
    }
    return kind == Kind::svg ? Namespace::svg : Namespace::math;
}

void ForeignStack::open(const StartTag& tag, Namespace space) {
    const uint32_t traits = tag_traits(tag.tag);
    Kind kind = Kind::html;
    if (space == Namespace::svg) {
        const bool html_inside = tag.tag == GUMBO_TAG_FOREIGNOBJECT || tag.tag == GUMBO_TAG_DESC ||
                                 tag.tag == GUMBO_TAG_TITLE;
        kind = html_inside ? Kind::svg_html : Kind::svg;
    } else if (space == Namespace::math) {
        kind = Kind::math;
        if (tag.tag == GUMBO_TAG_MI || tag.tag == GUMBO_TAG_MO || tag.tag == GUMBO_TAG_MN ||
            tag.tag == GUMBO_TAG_MS || tag.tag == GUMBO_TAG_MTEXT)
            kind = Kind::math_text;
        if (tag.tag == GUMBO_TAG_ANNOTATION_XML)
            kind = tag.html_encoding ? Kind::annotation_html : Kind::annotation;
    } else if ((traits & (kTagVoid | kTagRawText)) != 0) {
        return;
    }
    if (space != Namespace::html && tag.self_closing) return;

    // What HTML closes by itself: a paragraph before a block, an item before the next one.
    if (kind == Kind::html && size_ > 0 && top().kind == Kind::html) {
        const GumboTag open_tag = find_tag(top().name);
        const bool p = open_tag == GUMBO_TAG_P && (traits & kTagClosesP) != 0;
        const bool item = open_tag == tag.tag && (traits & kTagOptionalEnd) != 0;
        if (p || item) --size_;
    }
    if (size_ == kForeignDepthMax) {
        ++deeper_;
    } else {
        elements_[size_++] = {tag.name, kind};
    }
}

// It is where the tag ends the innermost element, or one that only foreign elements are in.
void ForeignStack::guess_unless_closing(std::string_view name) {
    if (guessed_) return;
    size_t i = size_;
    while (i > 0 && elements_[i - 1].kind != Kind::html && !iequals(elements_[i - 1].name, name))
        --i;
    const bool closes = i > 0 && iequals(elements_[i - 1].name, name) &&
                        (i == size_ || elements_[i - 1].kind != Kind::html);
    guessed_ = deeper_ > 0 || !closes;
}

bool ForeignStack::close(std::string_view name, bool open_outside) {
    if (deeper_ > 0) {
        --deeper_;
        return true;
    }
    size_t i = size_;
    for (; i > 0 && elements_[i - 1].kind != Kind::html; --i) {
        if (!iequals(elements_[i - 1].name, name)) continue;
        size_ = i - 1;
        return true;
    }
    return close_html(name, i, open_outside);
}

// The rules for HTML see the tag; elements from `from` on are foreign, those below HTML or foreign.
bool ForeignStack::close_html(std::string_view name, size_t from, bool open_outside) {
    // An integration point hides all that is open outside of it.
    for (size_t i = size_; i > 0; --i) {
        const Element& element = elements_[i - 1];
        if (is_integration_point(element.kind)) return true;
        if (i <= from && element.kind == Kind::html && iequals(element.name, name)) {
            size_ = i - 1;
            return true;
        }
    }
    if (!open_outside) return true;
    clear();
    return false;
}

}  // namespace crawld
