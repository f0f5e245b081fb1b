// LinkResolver and its fast path: LinkWriter reads a link once and writes the canonical URL as it
// goes, as long as it meets only what it is sure about. At anything else (a host that is not a
// plain name, characters that are not ASCII, tabs and newlines, a scheme without "//") it gives
// up, and the parser of the standard decides.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "url/canonical_rules.h"
#include "url/parser.h"
#include "url/percent.h"
#include "url/url.h"

namespace crawld {

namespace {

// What a byte of a path or query is to the writer.
enum class Byte : uint8_t {
    plain,      // copied
    escaped,    // percent-encoded
    percent,    // an escape, perhaps
    slash,      // ends a segment
    mark,       // '?' or '#': ends the path; '#' ends the query; the end of the text is as good
    uncertain,  // for the parser: not ASCII, or removed before parsing
};
using ByteTable = std::array<Byte, 256>;

constexpr ByteTable byte_table(const ByteSet& encoded, std::string_view slashes,
                               std::string_view marks, std::string_view uncertain = "") {
    ByteTable table{};
    for (size_t i = 0; i < table.size(); ++i) {
        const char c = static_cast<char>(i);
        table[i] = encoded.has(c) ? Byte::escaped : Byte::plain;
        if (i >= 0x80 || c == '\t' || c == '\n' || c == '\r') table[i] = Byte::uncertain;
        if (uncertain.find(c) != std::string_view::npos) table[i] = Byte::uncertain;
        if (c == '%') table[i] = Byte::percent;
        if (slashes.find(c) != std::string_view::npos) table[i] = Byte::slash;
        if (marks.find(c) != std::string_view::npos) table[i] = Byte::mark;
    }
    return table;
}
constexpr ByteTable kPathBytes = byte_table(kPathSet, "/\\", "?#");
// The three control characters are an error in ISO-2022-JP, where they would switch its state.
constexpr ByteTable kQueryBytes =
    byte_table(kSpecialQuerySet, "", "#", /*uncertain=*/"\x0E\x0F\x1B");

constexpr Byte byte_in(const ByteTable& table, char c) {
    return table[static_cast<uint8_t>(c)];
}

constexpr bool is_plain_host_char(char c) {
    return is_alnum(c) || c == '-' || c == '.' || c == '_';
}
constexpr bool is_slash(char c) {
    return c == '/' || c == '\\';
}

enum class Verdict : uint8_t {
    written,    // the canonical URL
    not_http,   // a URL of another scheme
    uncertain,  // the parser shall decide
};

class LinkWriter {
  public:
    explicit LinkWriter(std::string_view href) : rest_(href) {}

    Verdict write(const CanonicalUrl* base);
    std::string take_text() { return std::move(text_); }

  private:
    bool at(char c) const { return !rest_.empty() && rest_.front() == c; }
    void start(std::string_view kept) {
        text_.reserve(kept.size() + rest_.size() + 16);
        text_ = kept;
    }

    Verdict write_absolute(std::string_view scheme);
    bool write_relative(const CanonicalUrl& base);
    bool write_authority();
    bool write_port();
    bool write_path(size_t path_begin);
    bool write_query();
    Byte write_run(const ByteTable& table);
    void end_segment(size_t path_begin, size_t segment_begin, bool slash_follows);

    std::string_view rest_;  // what is not read yet
    std::string text_;
};

Verdict LinkWriter::write(const CanonicalUrl* base) {
    const size_t scheme_size =
        span_of(rest_, [](char c) { return is_alnum(c) || c == '+' || c == '-' || c == '.'; });
    if (scheme_size > 0 && scheme_size < rest_.size() && rest_[scheme_size] == ':' &&
        is_alpha(rest_.front()))
        return write_absolute(rest_.substr(0, scheme_size));
    return base && write_relative(*base) ? Verdict::written : Verdict::uncertain;
}

Verdict LinkWriter::write_absolute(std::string_view scheme) {
    const bool https = iequals(scheme, "https");
    if (!https && !iequals(scheme, "http")) return Verdict::not_http;
    rest_.remove_prefix(scheme.size() + 1);
    if (!rest_.starts_with("//")) return Verdict::uncertain;
    rest_.remove_prefix(2);
    start(https ? "https://" : "http://");
    return write_authority() ? Verdict::written : Verdict::uncertain;
}

bool LinkWriter::write_relative(const CanonicalUrl& base) {
    const std::string_view href = base.href();
    const size_t path_begin = base.authority().size();
    const size_t path_end = path_begin + base.path().size();
    if (rest_.empty() || at('#')) {
        text_ = href;
        return true;
    }
    if (at('?')) {
        start(href.substr(0, path_end));
        return write_query();
    }
    if (!is_slash(rest_.front())) {
        const std::string_view directory = href.substr(0, href.rfind('/', path_end - 1) + 1);
        start(directory);
        return write_path(path_begin);
    }
    rest_.remove_prefix(1);
    if (rest_.empty() || !is_slash(rest_.front())) {
        start(href.substr(0, path_begin + 1));
        return write_path(path_begin);
    }
    rest_.remove_prefix(1);
    start(base.https() ? "https://" : "http://");
    return write_authority();
}

// A host of letters, digits, '-', '.' and '_' that is no IPv4 address and ends in no dot.
bool LinkWriter::write_authority() {
    const size_t host_begin = text_.size();
    const size_t host_size = span_of(rest_, is_plain_host_char);
    const std::string_view host = rest_.substr(0, host_size);
    if (host.empty() || host.ends_with('.')) return false;
    if (is_digit(host[host.rfind('.') + 1])) return false;
    text_.append(host);
    std::transform(text_.begin() + static_cast<ptrdiff_t>(host_begin), text_.end(),
                   text_.begin() + static_cast<ptrdiff_t>(host_begin), to_lower);
    rest_.remove_prefix(host_size);
    if (at(':') && !write_port()) return false;

    const size_t path_begin = text_.size();
    text_.push_back('/');
    if (rest_.empty()) return true;
    if (is_slash(rest_.front())) {
        rest_.remove_prefix(1);
        return write_path(path_begin);
    }
    return at('#') || (at('?') && write_query());
}

bool LinkWriter::write_port() {
    rest_.remove_prefix(1);
    const size_t digits = span_of(rest_, is_digit);
    if (digits > 5) return false;
    uint32_t port = 0;
    for (const char c : rest_.substr(0, digits))
        port = port * 10 + static_cast<uint32_t>(c - '0');
    if (port > 65535) return false;
    rest_.remove_prefix(digits);
    const uint32_t usual = text_.starts_with("https:") ? 443 : 80;
    if (digits > 0 && port != usual) text_.append(":").append(std::to_string(port));
    return true;
}

// Writes up to the first byte that is a slash, a mark or uncertain, and says which.
Byte LinkWriter::write_run(const ByteTable& table) {
    for (;;) {
        const size_t plain =
            span_of(rest_, [&](char c) { return byte_in(table, c) == Byte::plain; });
        text_.append(rest_.substr(0, plain));
        rest_.remove_prefix(plain);
        if (rest_.empty()) return Byte::mark;
        const Byte byte = byte_in(table, rest_.front());
        if (byte == Byte::escaped) {
            append_escape(text_, rest_.front());
            rest_.remove_prefix(1);
        } else if (byte == Byte::percent) {
            rest_.remove_prefix(append_canonical_escape(text_, rest_));
        } else {
            return byte;
        }
    }
}

// text_ ends in the '/' after which the first segment comes; path_begin is where the path's first
// '/' is.
bool LinkWriter::write_path(size_t path_begin) {
    for (;;) {
        const size_t segment_begin = text_.size();
        const Byte end = write_run(kPathBytes);
        if (end == Byte::uncertain) return false;
        end_segment(path_begin, segment_begin, end == Byte::slash);
        if (end == Byte::mark) return !at('?') || write_query();
        rest_.remove_prefix(1);
    }
}

// "%2e" is a dot here as it should be: it has been decoded.
void LinkWriter::end_segment(size_t path_begin, size_t segment_begin, bool slash_follows) {
    const std::string_view segment = std::string_view(text_).substr(segment_begin);
    if (segment == ".") {
        text_.resize(segment_begin);
    } else if (segment == "..") {
        text_.resize(segment_begin);
        if (segment_begin > path_begin + 1) text_.resize(text_.rfind('/', segment_begin - 2) + 1);
    } else if (slash_follows) {
        text_.push_back('/');
    }
}

bool LinkWriter::write_query() {
    rest_.remove_prefix(1);
    const size_t mark = text_.size();
    text_.push_back('?');
    if (write_run(kQueryBytes) == Byte::uncertain) return false;
    if (text_.size() == mark + 1) text_.pop_back();
    return true;
}

}  // namespace

LinkResolver::LinkResolver(Url base, QueryEncoder* encoder)
    : base_(std::move(base)), canonical_base_(CanonicalUrl::from(base_)), encoder_(encoder) {}

std::optional<CanonicalUrl> LinkResolver::resolve(std::string_view href) const {
    if (href.size() > kUrlInputBytesMax) return std::nullopt;
    href = without_c0_control_or_space(href);

    std::optional<CanonicalUrl> out;
    LinkWriter writer(href);
    switch (writer.write(canonical_base_ ? &*canonical_base_ : nullptr)) {
        case Verdict::written:
            out = CanonicalUrl::trusted(writer.take_text());
            break;
        case Verdict::not_http:
            return std::nullopt;
        case Verdict::uncertain:
            if (const auto url = Url::parse(href, &base_, encoder_)) out = CanonicalUrl::from(*url);
    }
    if (out && rules) out = rules->apply(*std::move(out));
    if (out && out->href().size() > url_bytes_max) return std::nullopt;
    return out;
}

}  // namespace crawld
