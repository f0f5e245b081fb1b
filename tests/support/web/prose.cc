#include "support/web/prose.h"

#include <array>
#include <string_view>

#include "base/text.h"

namespace crawld::web {
namespace {

constexpr std::array<std::string_view, 72> kWords{
    "the",     "a",       "of",      "in",     "with",    "near",    "under",    "before",
    "after",   "garden",  "harbour", "letter", "river",   "kitchen", "library",  "market",
    "morning", "winter",  "summer",  "bridge", "window",  "table",   "bread",    "apple",
    "willow",  "stone",   "copper",  "paper",  "lantern", "meadow",  "quiet",    "early",
    "narrow",  "bright",  "wooden",  "small",  "long",    "careful", "old",      "new",
    "keeps",   "finds",   "carries", "opens",  "follows", "leaves",  "brings",   "holds",
    "grows",   "turns",   "waits",   "reads",  "writes",  "mends",   "measures", "sails",
    "slowly",  "often",   "again",   "always", "twice",   "and",     "or",       "where",
    "while",   "because", "though",  "until",  "every",   "each",    "many",     "few"};

std::string_view word(Prng& prng) {
    return kWords[prng.below(kWords.size())];
}

void capitalise(std::string& text) {
    if (!text.empty() && is_lower(text[0])) text[0] = static_cast<char>(text[0] - 32);
}

std::string script(Prng& prng) {
    return "<script>/* " + sentence(prng) + " */ if (window.n < " + std::to_string(prng.below(99)) +
           ") document.title += \"</b>\";</script>\n";
}

}  // namespace

std::string sentence(Prng& prng) {
    std::string out(word(prng));
    for (uint64_t left = 5 + prng.below(12); left > 0; --left)
        out.append(" ").append(word(prng));
    capitalise(out);
    return out + ".";
}

std::string title(Prng& prng) {
    // From "garden" on, the words are nouns and adjectives.
    std::string out(kWords[30 + prng.below(10)]);
    out.append(" ").append(kWords[9 + prng.below(21)]);
    capitalise(out);
    return out;
}

std::string paragraph(Prng& prng) {
    const std::string text = sentence(prng);
    switch (prng.below(8)) {
        case 0:
            return "<ul class=\"notes\"><li>" + text + "</li><li>" + sentence(prng) +
                   "</li></ul>\n";
        case 1:
            return "<div class=\"card\" id=\"c" + std::to_string(prng.below(9999)) + "\"><h3>" +
                   title(prng) + "</h3><p>" + text + " &mdash; " + sentence(prng) + "</p></div>\n";
        case 2:
            return "<table><tr><td>" + title(prng) + "</td><td align=right>" +
                   std::to_string(prng.below(1000)) + "&nbsp;&pound;</td></tr></table>\n";
        case 3:
            return prng.below(4) == 0 ? script(prng) : "<!-- " + text + " -->\n";
        default:
            return "<p>" + text + " <em>" + title(prng) + "</em> &amp; <span class='x'>" +
                   sentence(prng) + "</span><br>" + sentence(prng) + "</p>\n";
    }
}

}  // namespace crawld::web
