#include "sitemap/markup_filter.h"

#include <algorithm>

#include "base/text.h"

namespace crawld {
namespace {

constexpr std::string_view kComment = "<!--";
constexpr std::string_view kCdata = "<![CDATA[";
constexpr std::string_view kInstruction = "<?";
constexpr std::string_view kDoctype = "<!doctype";

bool is_allowed_number(std::string_view digits, uint32_t base) {
    uint32_t value = 0;
    for (const char c : digits) {
        const int digit = hex_value(c);
        if (digit < 0 || static_cast<uint32_t>(digit) >= base) return false;
        value = value * base + static_cast<uint32_t>(digit);
        if (value > 0x10ffff) return false;
    }
    const bool control = value < 0x20 && value != '\t' && value != '\n' && value != '\r';
    const bool surrogate = value >= 0xd800 && value < 0xe000;
    return !digits.empty() && !control && !surrogate && value != 0xfffe && value != 0xffff;
}

// XML 1.0 4.1, 4.6: `text` begins with '&'. Without a DTD there are five names.
bool is_reference(std::string_view text) {
    const std::string_view name = text.substr(1, text.find(';') - 1);
    if (name.size() + 2 > text.size()) return false;
    if (name.starts_with("#x")) return is_allowed_number(name.substr(2), 16);
    if (name.starts_with('#')) return is_allowed_number(name.substr(1), 10);
    return name == "amp" || name == "lt" || name == "gt" || name == "quot" || name == "apos";
}

}  // namespace

std::string_view MarkupFilter::pass(std::string_view& rest, bool last) {
    in_ = rest;
    last_ = last;
    at_ = kept_ = 0;
    changed_ = false;
    out_.clear();
    bool further = true;
    while (further && at_ < in_.size()) {
        switch (inside_) {
            case Inside::text:
                further = pass_text();
                break;
            case Inside::comment:
                further = pass_until("-->", false);
                break;
            case Inside::instruction:
                further = pass_until("?>", false);
                break;
            case Inside::cdata:
                further = pass_until("]]>", true);
                break;
            case Inside::doctype:
                further = false;
                break;
        }
    }
    rest.remove_prefix(at_);
    if (!changed_) return in_.substr(0, at_);
    out_ += in_.substr(kept_, at_ - kept_);
    return out_;
}

bool MarkupFilter::pass_text() {
    at_ += span_of(in_.substr(at_), [](char c) { return c != '<' && c != '&'; });
    if (at_ == in_.size()) return false;
    if (in_.size() - at_ < kLookahead && !last_) return false;
    return in_[at_] == '<' ? pass_markup() : pass_reference();
}

bool MarkupFilter::pass_markup() {
    const std::string_view here = in_.substr(at_, kLookahead);
    if (here.starts_with(kComment)) return enter(Inside::comment, kComment.size(), false);
    if (here.starts_with(kInstruction))
        return enter(Inside::instruction, kInstruction.size(), false);
    if (here.starts_with(kCdata)) return enter(Inside::cdata, kCdata.size(), true);
    if (istarts_with(here, kDoctype)) {
        enter_doctype();
        return false;
    }
    ++at_;
    return true;
}

bool MarkupFilter::pass_reference() {
    if (!is_reference(in_.substr(at_, kLookahead))) {
        out_ += in_.substr(kept_, at_ - kept_);
        out_ += "&amp;";
        kept_ = at_ + 1;
        changed_ = true;
    }
    ++at_;
    return true;
}

bool MarkupFilter::enter(Inside inside, size_t opening, bool visible) {
    inside_ = inside;
    if (visible)
        at_ += opening;
    else
        leave_out(opening);
    return true;
}

bool MarkupFilter::pass_until(std::string_view terminator, bool visible) {
    const size_t found = in_.find(terminator, at_);
    size_t size =
        found == std::string_view::npos ? in_.size() - at_ : found + terminator.size() - at_;
    if (found == std::string_view::npos && !last_) size -= std::min(size, terminator.size() - 1);
    if (visible)
        at_ += size;
    else
        leave_out(size);
    if (found != std::string_view::npos) inside_ = Inside::text;
    return found != std::string_view::npos;
}

void MarkupFilter::enter_doctype() {
    std::string_view name = trim(in_.substr(at_, kLookahead).substr(kDoctype.size()));
    name = name.substr(0, span_of(name, [](char c) {
                           return !is_space(c) && c != '>' && c != '[' && c != '<' && c != '"';
                       }));
    doctype_ = std::string(name);
    inside_ = Inside::doctype;
}

void MarkupFilter::leave_out(size_t size) {
    out_ += in_.substr(kept_, at_ - kept_);
    keep_line_ends(in_.substr(at_, size));
    at_ += size;
    kept_ = at_;
    changed_ = true;
}

void MarkupFilter::keep_line_ends(std::string_view hidden) {
    out_.append(static_cast<size_t>(std::count(hidden.begin(), hidden.end(), '\n')), '\n');
}

}  // namespace crawld
