// The streaming scanner: in every page it finds what Gumbo's tree has, or says that it guessed,
// unless the guard refuses the page; and fewer links, if fewer are asked for, are the first of
// them.
#include <algorithm>
#include <array>
#include <set>

#include "base/check.h"
#include "base/text.h"
#include "fuzz/input.h"
#include "html/links.h"
#include "html/tokenizer.h"
#include "support/page_links_text.h"
#include "url/utf8.h"

using namespace crawld;
using crawld::test::describe;

namespace {

// Gumbo writes U+FFFD for control characters and noncharacters, which the standard only complains
// about, and loses NULs in names: they become a letter, so that the pages are the same.
bool is_rewritten_by_gumbo(char32_t c) {
    return c <= 0x8 || c == 0xB || (c >= 0xE && c <= 0x1F) || (c >= 0x7F && c <= 0x9F) ||
           (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE;
}

std::string page_of(std::string_view bytes) {
    std::string page;
    for (bool valid = true; !bytes.empty();) {
        const char32_t c = utf8_next(bytes, valid);
        utf8_append(page, is_rewritten_by_gumbo(c) ? U'x' : c);
    }
    return page;
}

// Where nobody says what is right. Gumbo is not what the standard is today, and the scanner is: of
// two attributes of one name, the second without a value, Gumbo drops the value of the third; and
// it takes numbers of characters modulo 2^32; </p> and </br> do not leave its svg and math, and an
// end tag with anything behind its name, as "</svg >", ends nothing there.
constexpr std::array<std::string_view, 2> kLeaving = {"p", "br"};

bool has_long_number(std::string_view page) {
    for (size_t at = page.find("&#"); at != page.npos; at = page.find("&#", at + 1))
        if (span_of(page.substr(at + 2), is_alnum) > 7) return true;
    return false;
}

bool is_doubtful(std::string_view page) {
    if (has_long_number(page)) return true;
    bool foreign = false;
    // Every '<' may begin a tag: where comments and raw text are, is not asked here.
    for (size_t at = page.find('<'); at != page.npos; at = page.find('<', at + 1)) {
        Tokenizer tokens(page.substr(at));
        TagToken token;
        if (!tokens.next(token)) continue;  // the text may be no comment where it stands
        if (token.name.data() > page.data() + at + 2) continue;
        const std::string name = lowercase(token.name);
        foreign |= name == "svg" || name == "math";
        const bool leaves = std::find(kLeaving.begin(), kLeaving.end(), name) != kLeaving.end();
        const bool bare = *(token.name.data() + token.name.size()) == '>';
        if (foreign && token.end && (leaves || !bare)) return true;
        std::set<std::string> attributes;
        bool twice = false;
        tokens.attributes([&](std::string_view attribute, std::string_view value) {
            twice |= !attributes.insert(lowercase(attribute)).second && value.empty();
        });
        if (twice) return true;
    }
    return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    fuzz::Input input(data, size);
    const size_t few = input.below(4);
    const fuzz::Exact page(page_of(input.rest()));
    LinkQuery query{
        .options = {.parser = HtmlParser::gumbo, .embeds = true, .links_max = 1'000'000},
        .product = "crawld"};
    const PageLinks found = scan_links(page.view(), query);
    CRAWLD_CHECK(found.scanner_used && found.links_dropped == 0);
    const PageLinks tree = tree_links(page.view(), query);
    if (!tree.scanner_used && !found.guessed && !is_doubtful(page.view()))
        fuzz::expect_same("tree and scanner", describe(tree), describe(found));

    query.options.links_max = static_cast<uint32_t>(few);
    const PageLinks first = scan_links(page.view(), query);
    CRAWLD_CHECK(first.links.size() + first.links_dropped == found.links.size());
    CRAWLD_CHECK(std::equal(first.links.begin(), first.links.end(), found.links.begin()));
    return 0;
}
