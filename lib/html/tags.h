// Tag names as Gumbo numbers them, and what the parsing rules say of each tag.
//
// Gumbo's enumeration is the vocabulary of this folder, so that scanner and tree speak of the same
// tags; the traits below are the lists of WHATWG HTML 13.2.4 and 13.2.6 that matter for links.
//
// Cost:   a look-up is one multiplication and usually one comparison.
// Source: WHATWG HTML 13.1.2 (void elements), 13.2.6.4 (the insertion modes), 13.2.6.5.
// Test:   tests/unit/html/tags_test.cc
#pragma once

#include <gumbo.h>

#include <array>
#include <cstdint>
#include <string_view>

namespace crawld {

// Any case; GUMBO_TAG_UNKNOWN for names Gumbo does not know.
GumboTag find_tag(std::string_view name);

enum TagTrait : uint32_t {
    kTagLinks = 1 << 0,        // may carry links or directives
    kTagVoid = 1 << 1,         // has no end tag
    kTagRawText = 1 << 2,      // its content is text up to its own end tag
    kTagHead = 1 << 3,         // does not open the body when it stands before it
    kTagNotFrameset = 1 << 4,  // after it a <frameset> is ignored
    kTagTable = 1 << 5,        // structure of a table
    kTagBreakout = 1 << 6,     // leaves svg and math
    kTagOptionalEnd = 1 << 7,  // its end tag is often left out
    kTagClosesP = 1 << 8,      // ends an open <p> (a table does not in quirks mode)
    kTagForeign = 1 << 9,      // a name of SVG or MathML, no HTML element
    kTagRules = 1 << 10,       // changes how later tags are placed: always shown to Insertion
};

extern const std::array<uint32_t, GUMBO_TAG_LAST> kTagTraits;
inline uint32_t tag_traits(GumboTag tag) {
    return kTagTraits[tag];
}

}  // namespace crawld
