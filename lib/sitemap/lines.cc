#include "sitemap/lines.h"

#include <algorithm>

#include "base/text.h"

namespace crawld {

bool is_http_url(std::string_view text) {
    return istarts_with(text, "http://") || istarts_with(text, "https://");
}

void LineReader::take(std::string_view text, bool last) {
    while (!text.empty() && !entries_.full()) {
        const size_t size = span_of(text, [](char c) { return c != '\n' && c != '\r'; });
        line_.append(text.substr(0, size));
        if (size < text.size()) end_line();
        text.remove_prefix(std::min(size + 1, text.size()));
    }
    if (last) end_line();
    if (entries_.full())
        ending_ = Ending{.outcome = SitemapOutcome::truncated, .detail = "more URLs than are read"};
    else if (last && entries_.urls() == 0)
        ending_ = Ending{.outcome = SitemapOutcome::not_sitemap,
                         .detail = "neither markup nor lines that are http URLs"};
    else if (last)
        ending_ = Ending{};
}

void LineReader::end_line() {
    if (is_http_url(line_.text()) && !line_.too_long())
        entries_.add({.kind = SitemapKind::page, .loc = line_.text()});
    else if (!line_.empty() && !line_.text().starts_with('#'))
        entries_.skip();
    line_.clear();
}

}  // namespace crawld
