#include "html/tokenizer.h"

namespace crawld {

void Tokenizer::note_text(const char* to) {
    for (const char* p = at_; p != (to == nullptr ? end_ : to); ++p)
        if (!is_space(*p) && *p != '\0') saw_text_ = true;
}

void Tokenizer::skip_past(std::string_view terminator) {
    const size_t found = std::string_view(at_, left()).find(terminator);
    at_ = found == std::string_view::npos ? end_ : at_ + found + terminator.size();
}

void Tokenizer::skip_declaration() {
    const std::string_view rest(at_, left());
    if (rest.starts_with("!--")) {
        at_ += 3;
        skip_comment();
    } else if (cdata_allowed_ && rest.starts_with("![CDATA[")) {
        at_ += 8;
        skip_past("]]>");
    } else {
        // A doctype ends at its first '>', in quotes or not (13.2.5.59), and so does all else.
        skip_past(">");
    }
}

// 13.2.5.43 to 13.2.5.52. The dashes of "<!--" may be the ones that end it: "<!-->", "<!--->".
void Tokenizer::skip_comment() {
    const char* start = at_;
    for (const char* p = find('>', at_); p != nullptr; p = find('>', p + 1)) {
        const bool dashes = p[-1] == '-' && p[-2] == '-';
        const bool bang = p - start >= 3 && p[-1] == '!' && p[-2] == '-' && p[-3] == '-';
        if (dashes || bang) {
            at_ = p + 1;
            return;
        }
    }
    at_ = end_;
}

bool Tokenizer::at_end_tag(const char* less_than, std::string_view name) const {
    const std::string_view rest = detail::between(less_than, end_);
    return rest.size() > name.size() + 2 && rest[1] == '/' && istarts_with(rest.substr(2), name) &&
           detail::is_class(rest[name.size() + 2], detail::kByteNameEnd);
}

void Tokenizer::skip_raw_text(std::string_view name) {
    for (const char* p = find('<', at_); p != nullptr; p = find('<', p + 1)) {
        if (!at_end_tag(p, name)) continue;
        at_ = p + 2 + name.size();
        if (!skip_attributes()) break;
        return;
    }
    at_ = end_;
}

// Inside "<!-- ... -->" a "<script" makes the next "</script>" part of the text (13.2.5.20 to
// 13.2.5.31).
void Tokenizer::skip_script() {
    constexpr std::string_view kName = "script";
    enum { plain, escaped, doubly_escaped } state = plain;
    const char* comment = nullptr;  // behind the "<!--" that escaped
    for (const char* p = find('<', at_); p != nullptr && p != end_; ++p) {
        if (state == plain && *p != '<') {
            p = find('<', p);
            if (p == nullptr) break;
        }
        const std::string_view rest = detail::between(p, end_);
        if (*p == '>' && state != plain && p[-1] == '-' && p[-2] == '-' && p >= comment) {
            state = plain;
        } else if (*p != '<') {
            continue;
        } else if (at_end_tag(p, kName)) {
            if (state != doubly_escaped) {
                at_ = p + 2 + kName.size();
                if (!skip_attributes()) break;
                return;
            }
            state = escaped;
        } else if (state == plain && rest.starts_with("<!--")) {
            state = escaped;
            comment = p + 4;
            p += 3;
        } else if (state == escaped && rest.size() > 7 && istarts_with(rest.substr(1), kName) &&
                   detail::is_class(rest[7], detail::kByteNameEnd)) {
            state = doubly_escaped;
        }
    }
    at_ = end_;
}

}  // namespace crawld
