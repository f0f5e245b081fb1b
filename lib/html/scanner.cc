#include "html/scanner.h"

#include <optional>

#include "base/text.h"
#include "html/character_references.h"

namespace crawld {
namespace {

// The attributes of links, told apart by length first.
std::optional<Attribute> find_attribute(std::string_view name) {
    const auto if_is = [name](std::string_view known, Attribute a) {
        return iequals(name, known) ? std::optional(a) : std::nullopt;
    };
    switch (name.size()) {
        case 3:
            return to_lower(name[0]) == 's' ? if_is("src", Attribute::src)
                                            : if_is("rel", Attribute::rel);
        case 4:
            return to_lower(name[0]) == 'h' ? if_is("href", Attribute::href)
                                            : if_is("name", Attribute::name);
        case 6:
            return if_is("srcset", Attribute::srcset);
        case 7:
            return if_is("content", Attribute::content);
        case 10:
            return to_lower(name[0]) == 'h' ? if_is("http-equiv", Attribute::http_equiv)
                                            : if_is("xlink:href", Attribute::xlink_href);
        case 8:
            return to_lower(name[0]) == 'h' ? if_is("hreflang", Attribute::hreflang) : std::nullopt;
        default:
            return std::nullopt;
    }
}

// The attributes on which placing depends. Each is asked for with one tag only.
void note_attribute(StartTag& tag, std::string_view name, std::string_view raw) {
    if (tag.tag == GUMBO_TAG_FONT) {
        tag.font_style |= iequals(name, "color") || iequals(name, "face") || iequals(name, "size");
    } else if (tag.tag == GUMBO_TAG_INPUT) {
        tag.hidden |= iequals(name, "type") && iequals(raw, "hidden");
    } else if (tag.tag == GUMBO_TAG_ANNOTATION_XML && iequals(name, "encoding")) {
        tag.html_encoding |= iequals(raw, "text/html") || iequals(raw, "application/xhtml+xml");
    }
}

}  // namespace

bool Scanner::read_attributes(StartTag& tag) {
    values_.clear();
    const bool links = (tag_traits(tag.tag) & kTagLinks) != 0;
    const bool complete = tokens_.attributes([&](std::string_view name, std::string_view raw) {
        if (!links) return note_attribute(tag, name, raw);
        const std::optional<Attribute> attribute = find_attribute(name);
        if (!attribute || values_.has(*attribute)) return;
        values_.set(*attribute, decode_attribute(raw, scratch_[static_cast<size_t>(*attribute)]));
    });
    tag.self_closing = tokens_.self_closing();
    return complete;
}

void Scanner::skip_content(const TagToken& token) {
    if (token.tag == GUMBO_TAG_SCRIPT)
        tokens_.skip_script();
    else if (token.tag == GUMBO_TAG_PLAINTEXT)
        tokens_.skip_everything();
    else
        tokens_.skip_raw_text(token.name);
}

// What the tokenizer must know of the tree, and the place where a body began that may yet go.
void Scanner::follow_insertion(bool body_was_open) {
    if (!body_was_open && insertion_.body_open()) body_ = collector_.mark();
    tokens_.watch_text(insertion_.watches_text());
    tokens_.allow_cdata(insertion_.in_foreign_node());
}

bool Scanner::start_tag(const TagToken& token) {
    StartTag tag{.name = token.name, .tag = token.tag};
    if (!read_attributes(tag)) return false;
    const bool body_was_open = insertion_.body_open();
    const bool in_template = insertion_.in_template();
    const Placement placement = insertion_.start(tag);
    if (placement == Placement::frameset && body_was_open) collector_.rewind(body_);
    follow_insertion(body_was_open);

    const bool html = placement == Placement::html;
    if (html || placement == Placement::svg)
        collector_.add(tag.tag, values_, {.svg = !html, .in_template = in_template});
    if (html && (tag_traits(tag.tag) & kTagRawText) != 0) skip_content(token);
    return true;
}

void Scanner::run() {
    TagToken token;
    while (tokens_.next(token)) {
        if (tokens_.saw_text()) [[unlikely]] {
            insertion_.text();
            tokens_.watch_text(insertion_.watches_text());
        }
        if (insertion_.settled()) {
            const uint32_t matter = token.end ? kTagRules : kTagRules | kTagLinks | kTagRawText;
            if ((tag_traits(token.tag) & matter) == 0) {
                if (!tokens_.skip_attributes()) return;
                insertion_.pass(token);
                continue;
            }
        }
        if (!token.end) {
            if (!start_tag(token)) return;
        } else {
            if (!tokens_.skip_attributes()) return;
            const bool body_was_open = insertion_.body_open();
            insertion_.end(token);
            follow_insertion(body_was_open);
        }
    }
}

PageLinks scan_links(std::string_view utf8, const LinkQuery& query) {
    PageLinks page;
    Scanner scanner(utf8, query, page);
    scanner.run();
    page.guessed = scanner.guessed();
    return page;
}

}  // namespace crawld
