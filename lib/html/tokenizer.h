// The WHATWG tokenizer, cut down to tags: text, comments and doctypes are passed over.
//
// How: next() stops behind the name of the next tag; the caller then asks for its attributes (or
// passes over them) and, where tree construction would switch the tokenizer's state, skips the
// tag's raw content. Nothing is copied or decoded.
//
// Owns:   nothing; every view points into the text given.
// Cost:   linear, every byte is looked at once; text and quoted values by memchr.
// Source: WHATWG HTML 13.2.5.
// Test:   tests/unit/html/tokenizer_test.cc
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/text.h"
#include "html/tags.h"

namespace crawld {

struct TagToken {
    std::string_view name;  // as written
    GumboTag tag = GUMBO_TAG_UNKNOWN;
    bool end = false;
};

class Tokenizer {
  public:
    explicit Tokenizer(std::string_view text) : at_(text.data()), end_(at_ + text.size()) {}

    // False at the end of the text. After true, attributes() is due.
    bool next(TagToken& token);

    // Calls visit(name, raw value) for each attribute and moves behind the tag's '>'. False: the
    // text ends inside the tag, which therefore does not count.
    template <class Visit>
    bool attributes(Visit&& visit);
    bool skip_attributes() {
        return attributes([](std::string_view, std::string_view) {});
    }
    bool self_closing() const { return self_closing_; }  // of the tag just finished

    // The content and the end tag of an element without markup inside (13.2.5.2, 13.2.5.3).
    void skip_raw_text(std::string_view name);
    void skip_script();                     // 13.2.5.4 and the escaped states
    void skip_everything() { at_ = end_; }  // <plaintext>

    // What follows the tag just finished.
    std::string_view rest() const { return {at_, left()}; }

    // "<![CDATA[" is a section in foreign content and a comment elsewhere.
    void allow_cdata(bool allowed) { cdata_allowed_ = allowed; }
    // While watching, saw_text() says if something other than white space stood before the tag.
    void watch_text(bool watch) { watch_text_ = watch; }
    bool saw_text() const { return saw_text_; }

  private:
    const char* find(char c, const char* from) const {
        if (from == end_) return nullptr;
        return static_cast<const char*>(std::memchr(from, c, static_cast<size_t>(end_ - from)));
    }
    size_t left() const { return static_cast<size_t>(end_ - at_); }
    bool read_name(TagToken& token, bool end);
    void note_text(const char* to);
    void skip_declaration();  // at "<!", "<?" or "</" without a name
    void skip_comment();
    void skip_past(std::string_view terminator);
    bool at_end_tag(const char* less_than, std::string_view name) const;

    const char* at_;
    const char* end_;
    bool self_closing_ = false;
    bool cdata_allowed_ = false;
    bool watch_text_ = true;
    bool saw_text_ = false;
};

namespace detail {

enum ByteClass : uint8_t {
    kByteSpace = 1,
    kByteSlash = 2,
    kByteClose = 4,  // '>'
    kByteEqual = 8,
    kByteNameEnd = kByteSpace | kByteSlash | kByteClose,
};

inline constexpr std::array<uint8_t, 256> kByteClass = [] {
    std::array<uint8_t, 256> table{};
    for (char c : {' ', '\t', '\n', '\r', '\f'})
        table[static_cast<uint8_t>(c)] = kByteSpace;
    table['/'] = kByteSlash;
    table['>'] = kByteClose;
    table['='] = kByteEqual;
    return table;
}();

inline bool is_class(char c, int classes) {
    return (kByteClass[static_cast<uint8_t>(c)] & classes) != 0;
}

inline const char* skip_while(const char* at, const char* end, int classes) {
    while (at != end && is_class(*at, classes))
        ++at;
    return at;
}
inline const char* skip_until(const char* at, const char* end, int classes) {
    while (at != end && !is_class(*at, classes))
        ++at;
    return at;
}
inline std::string_view between(const char* from, const char* to) {
    return {from, static_cast<size_t>(to - from)};
}

}  // namespace detail

inline bool Tokenizer::read_name(TagToken& token, bool end) {
    const char* stop = detail::skip_until(at_, end_, detail::kByteNameEnd);
    token.name = detail::between(at_, stop);
    token.tag = find_tag(token.name);
    token.end = end;
    at_ = stop;
    return stop != end_;
}

inline bool Tokenizer::next(TagToken& token) {
    saw_text_ = false;
    for (;;) {
        const char* open = find('<', at_);
        if (watch_text_) [[unlikely]]
            note_text(open);
        if (open == nullptr || end_ - open < 2) {
            at_ = end_;
            return false;
        }
        at_ = open + 1;
        if (is_alpha(*at_)) return read_name(token, false);
        if (*at_ == '/') {
            if (end_ - at_ < 2) return false;
            ++at_;
            if (is_alpha(*at_)) return read_name(token, true);
            if (*at_ == '>')
                ++at_;
            else
                skip_past(">");
        } else if (*at_ == '!' || *at_ == '?') {
            skip_declaration();
        } else {
            saw_text_ = true;  // a '<' that is text
        }
    }
}

template <class Visit>
bool Tokenizer::attributes(Visit&& visit) {
    using namespace detail;
    const char* p = at_;
    for (;;) {
        p = skip_while(p, end_, kByteSpace | kByteSlash);
        if (p == end_) return false;
        if (*p == '>') {
            self_closing_ = p[-1] == '/';
            at_ = p + 1;
            return true;
        }
        // 13.2.5.32: a '=' in the first place belongs to the name.
        const char* name = p;
        p = skip_until(p + 1, end_, kByteNameEnd | kByteEqual);
        const std::string_view name_view = between(name, p);
        p = skip_while(p, end_, kByteSpace);
        if (p == end_) return false;
        if (*p != '=') {
            visit(name_view, std::string_view());
            continue;
        }
        p = skip_while(p + 1, end_, kByteSpace);
        if (p == end_) return false;
        const char quote = *p;
        const char* value = p;
        if (quote == '"' || quote == '\'') {
            p = find(quote, ++value);
            if (p == nullptr) return false;
            visit(name_view, between(value, p++));
            continue;
        }
        p = skip_until(value, end_, kByteSpace | kByteClose);
        visit(name_view, between(value, p));
        if (p != end_ && *p == '>') {
            // What looks like a self-closing solidus belongs to the unquoted value.
            self_closing_ = false;
            at_ = p + 1;
            return true;
        }
    }
}

}  // namespace crawld
