#include "html/header_links.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "html/link_types.h"
#include "html/microsyntax.h"

namespace crawld {

namespace {

// Walks one header value; everything returned is trimmed.
class HeaderReader {
  public:
    explicit HeaderReader(std::string_view text) : text_(text) { skip_spaces(); }

    bool at_end() const { return text_.empty(); }
    bool take(char c) {
        if (!text_.starts_with(c)) return false;
        text_.remove_prefix(1);
        skip_spaces();
        return true;
    }
    // Up to one of `ends`, which stays.
    std::string_view until(std::string_view ends) {
        const size_t size = std::min(text_.find_first_of(ends), text_.size());
        const std::string_view found = trim(text_.substr(0, size));
        text_.remove_prefix(size);
        return found;
    }
    // What cannot be read, up to a comma outside of quotes and angle brackets, which stays.
    void skip_entry() {
        while (!at_end()) {
            until("\",<");
            if (text_.starts_with(',')) return;
            if (take('"'))
                quoted();
            else if (take('<'))
                until(">");
        }
    }
    // Behind the opening quote; a value that is not closed ends with the text.
    std::string quoted() {
        std::string value;
        size_t at = 0;
        for (; at < text_.size() && text_[at] != '"'; ++at) {
            if (text_[at] == '\\' && at + 1 < text_.size()) ++at;
            value += text_[at];
        }
        text_.remove_prefix(std::min(at + 1, text_.size()));
        skip_spaces();
        return value;
    }

  private:
    void skip_spaces() { text_.remove_prefix(span_of(text_, is_space)); }

    std::string_view text_;
};

struct Parameters {
    std::optional<std::string> rel;  // the first one counts (RFC 8288 section 3.3)
    std::string languages;           // every hreflang, comma-joined: one link may be in several
    bool other_context = false;
};

// No more languages than a document may be thought to be in.
constexpr size_t kLanguagesBytesMax = 128;

void add_language(std::string& languages, std::string_view tag) {
    if (tag.empty() || languages.size() + tag.size() > kLanguagesBytesMax) return;
    if (!languages.empty()) languages += ',';
    languages += tag;
}

Parameters read_parameters(HeaderReader& reader) {
    Parameters parameters;
    while (reader.take(';')) {
        const std::string_view name = reader.until("=;,");
        std::string value;
        if (reader.take('='))
            value = reader.take('"') ? reader.quoted() : std::string(reader.until(";,"));
        if (iequals(name, "hreflang")) add_language(parameters.languages, language_tag(value));
        if (iequals(name, "rel") && !parameters.rel) parameters.rel = std::move(value);
        if (iequals(name, "anchor")) parameters.other_context = true;
    }
    return parameters;
}

}  // namespace

void add_link_header(std::string_view value, const HtmlOptions& options, PageLinks& page) {
    HeaderReader reader(value);
    while (!reader.at_end()) {
        if (reader.take(',')) continue;
        std::string_view target;
        const bool has_target = reader.take('<');
        if (has_target) target = reader.until(">");
        if (!has_target || !reader.take('>')) {
            reader.skip_entry();
            continue;
        }
        Parameters parameters = read_parameters(reader);
        reader.skip_entry();  // what should not be here
        if (!parameters.rel || parameters.other_context || target.empty()) continue;
        const LinkTypes types = read_link_types(*parameters.rel, options);
        if (!types.kind || (*types.kind == LinkKind::embed && !options.embeds)) continue;
        if (page.links.size() >= options.links_max) continue;
        if (*types.kind == LinkKind::alternate && !parameters.languages.empty())
            page.languages.push_back({page.links.size(), std::move(parameters.languages)});
        page.links.push_back({std::string(target), *types.kind, types.nofollow});
    }
}

void add_refresh_header(std::string_view value, PageLinks& page) {
    const auto url = refresh_url(trim(value));
    if (url && !trim(*url).empty())
        page.links.push_back({std::string(trim(*url)), LinkKind::refresh, false});
}

}  // namespace crawld
