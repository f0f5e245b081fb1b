#include "html/summary.h"

#include "base/text.h"
#include "html/character_references.h"
#include "html/microsyntax.h"
#include "html/text_runs.h"
#include "html/tokenizer.h"

namespace crawld {

namespace {

// The bytes of a title that may matter: references are longer than what they stand for.
constexpr size_t kRawTitleBytesMax = 16 * kTitleBytesMax;

uint64_t text_bytes(std::string_view utf8) {
    uint64_t bytes = 0;
    bool in_space = true;
    for_each_text(utf8, [&](std::string_view text) {
        for (const char c : text) {
            const bool space = is_space(c);
            if (!space || !in_space) ++bytes;
            in_space = space;
        }
    });
    return bytes;
}

std::string in_one_line(std::string_view text) {
    std::string line;
    for (const char c : trim(text)) {
        const bool space = is_space(c);
        if (!space || line.back() != ' ') line += space ? ' ' : c;
        if (line.size() > kTitleBytesMax) break;
    }
    if (line.size() <= kTitleBytesMax) return line;
    // Not within a character.
    size_t end = kTitleBytesMax;
    while (end > 0 && (static_cast<uint8_t>(line[end]) & 0xc0U) == 0x80)
        --end;
    line.resize(end);
    return line;
}

// "</title" and what may follow a tag's name: "</titles>" is text (13.2.5.11).
bool begins_with_end_tag(std::string_view text) {
    constexpr std::string_view kEnd = "</title";
    if (!istarts_with(text, kEnd) || text.size() == kEnd.size()) return false;
    const char next = text[kEnd.size()];
    return is_space(next) || next == '/' || next == '>';
}

// Up to the end tag.
std::string title_of(std::string_view content) {
    content = content.substr(0, kRawTitleBytesMax);
    for (size_t at = 0; (at = content.find("</", at)) != std::string_view::npos; at += 2)
        if (begins_with_end_tag(content.substr(at))) {
            content = content.substr(0, at);
            break;
        }
    std::string scratch;
    return in_one_line(decode_title(content, scratch));
}

class Summary {
  public:
    explicit Summary(std::string_view utf8) : text_(utf8), tokens_(utf8) {}

    PageSummary read() {
        PageSummary summary{.title = {}, .language = {}, .text_bytes = text_bytes(text_)};
        TagToken token;
        while (tokens_.next(token) && start(token, summary)) {
        }
        return summary;
    }

  private:
    // False: nothing that follows matters.
    bool start(const TagToken& token, PageSummary& summary) {
        if (token.end) {
            if (token.tag == GUMBO_TAG_SVG) in_svg_ = false;
            return tokens_.skip_attributes();
        }
        if (token.tag == GUMBO_TAG_HTML) return read_language(summary);
        if (!tokens_.skip_attributes()) return false;
        if (token.tag == GUMBO_TAG_SVG) in_svg_ = !tokens_.self_closing();
        if (in_svg_) return true;
        if (token.tag == GUMBO_TAG_TITLE) {
            summary.title = title_of(tokens_.rest());
            return false;
        }
        if (token.tag == GUMBO_TAG_SCRIPT)
            tokens_.skip_script();
        else if (token.tag == GUMBO_TAG_PLAINTEXT)
            tokens_.skip_everything();
        else if ((tag_traits(token.tag) & kTagRawText) != 0)
            tokens_.skip_raw_text(token.name);
        return true;
    }

    bool read_language(PageSummary& summary) {
        return tokens_.attributes([&](std::string_view name, std::string_view raw) {
            if (!summary.language.empty()) return;
            if (!iequals(name, "lang") && !iequals(name, "xml:lang")) return;
            summary.language = language_tag(decode_attribute(raw, scratch_));
        });
    }

    std::string_view text_;
    Tokenizer tokens_;
    std::string scratch_;
    bool in_svg_ = false;
};

}  // namespace

PageSummary page_summary(std::string_view utf8) {
    return Summary(utf8).read();
}

}  // namespace crawld
