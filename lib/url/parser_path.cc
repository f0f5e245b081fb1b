// The states from the path to the end.
#include "base/text.h"
#include "url/parser.h"
#include "url/percent.h"
#include "url/query_encoder.h"
#include "url/windows_drive.h"

namespace crawld {

namespace {

// How many dots the segment stands for, "%2e" being one; 0 for a segment that is more than dots.
size_t count_dots(std::string_view segment) {
    size_t dots = 0;
    while (!segment.empty()) {
        if (segment.front() == '.') {
            segment.remove_prefix(1);
        } else if (istarts_with(segment, "%2e")) {
            segment.remove_prefix(3);
        } else {
            return 0;
        }
        ++dots;
    }
    return dots;
}

}  // namespace

UrlParser::State UrlParser::path_start() {
    if (at_slash()) {
        take(1);
        return State::path;
    }
    return special_ ? State::path : after_path();
}

UrlParser::State UrlParser::path() {
    const auto is_inside = [this](char c) {
        return c != '/' && c != '?' && c != '#' && (c != '\\' || !special_);
    };
    for (;;) {
        const std::string_view segment = take(span_of(rest_, is_inside));
        const bool slash_follows = at_slash();
        path_segment(segment, slash_follows);
        if (!slash_follows) return after_path();
        take(1);
    }
}

// "." and ".." at the end of a path leave its last slash.
void UrlParser::path_segment(std::string_view segment, bool slash_follows) {
    const size_t dots = count_dots(segment);
    if (dots == 1 || dots == 2) {
        if (dots == 2) shorten_path();
        if (!slash_follows) url_.path += '/';
        return;
    }
    const bool first = url_.path.empty();
    url_.path += '/';
    percent_encode(url_.path, segment, kPathSet);
    if (first && url_.scheme == "file" && is_windows_drive(segment)) url_.path.back() = ':';
}

void UrlParser::shorten_path() {
    if (url_.path.empty()) return;
    if (url_.scheme == "file" && windows_drive_of_path(url_.path).size() == url_.path.size())
        return;
    url_.path.erase(url_.path.rfind('/'));
}

UrlParser::State UrlParser::opaque_path() {
    std::string_view text = take(rest_.find_first_of("?#"));
    url_.opaque_path = true;
    // A space at the end would be lost when the serialised URL is parsed again without its query
    // and fragment.
    const bool space_last = !rest_.empty() && text.ends_with(' ');
    if (space_last) text.remove_suffix(1);
    percent_encode(url_.path, text, kC0ControlSet);
    if (space_last) url_.path += "%20";
    return after_path();
}

UrlParser::State UrlParser::query() {
    const std::string_view text = take(rest_.find('#'));
    std::string& query = url_.query.emplace();
    // Web sockets ask in UTF-8 wherever they are written.
    const bool in_charset = encoder_ && special_ && url_.scheme != "ws" && url_.scheme != "wss";
    if (in_charset) {
        percent_encode(query, encoder_->encode(text), kSpecialQuerySet);
    } else {
        percent_encode(query, text, special_ ? kSpecialQuerySet : kQuerySet);
    }
    return after_path();
}

UrlParser::State UrlParser::fragment() {
    percent_encode(url_.fragment.emplace(), take(rest_.size()), kFragmentSet);
    return State::done;
}

// Where a path or a query ends, there is '?', '#' or nothing.
UrlParser::State UrlParser::after_path() {
    if (rest_.empty()) return State::done;
    return take(1) == "?" ? State::query : State::fragment;
}

}  // namespace crawld
