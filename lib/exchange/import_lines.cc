#include "exchange/import_lines.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "log/json_read.h"

namespace crawld {

namespace {

constexpr std::string_view kRevisit = "warc/revisit";
constexpr size_t kCdxColumnsMin = 9;
constexpr size_t kTimestampDigits = 14;
constexpr size_t kSha1Digits = 40;

// The next word, and the blanks around it go.
std::string_view take_word(std::string_view& rest) {
    const auto blank = [](char c) { return c == ' ' || c == '\t'; };
    rest.remove_prefix(span_of(rest, blank));
    const std::string_view word = rest.substr(0, span_of(rest, [&](char c) { return !blank(c); }));
    rest.remove_prefix(word.size());
    return word;
}

std::optional<int> parse_int(std::string_view text) {
    int value = 0;
    const auto end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
    return value;
}

bool is_digits(std::string_view text, size_t count) {
    return text.size() == count && span_of(text, is_digit) == count;
}

bool is_cdx_header(std::string_view line) {
    return line.size() > 5 && line.substr(1, 3) == "CDX" && line[4] == line[0] &&
           !is_alnum(line[0]);
}

// "2026-02-03T04:05:06.123Z   200 ..."
bool is_heritrix(std::string_view line) {
    const std::string_view time = take_word(line);
    return time.size() >= 20 && is_digits(time.substr(0, 4), 4) && time[4] == '-' &&
           time[10] == 'T' && time.ends_with('Z') && parse_int(take_word(line));
}

bool is_cdxj(std::string_view line) {
    if (line.starts_with('!')) return true;
    const std::string_view key = take_word(line), date = take_word(line);
    const size_t digits = span_of(date, is_digit);
    return !key.empty() && digits == date.size() && digits >= 4 && digits <= 17 &&
           trim(line).starts_with('{');
}

bool is_cdx(std::string_view line) {
    const auto columns = split(line, ' ');
    return columns.size() >= kCdxColumnsMin && is_digits(columns[1], kTimestampDigits);
}

bool is_sha1(std::string_view line) {
    return line.size() == kSha1Digits &&
           span_of(line, [](char c) { return hex_value(c) >= 0; }) == kSha1Digits;
}

// The first line that is neither empty nor a comment. Blanks in front count in CDX.
std::string_view first_line(std::string_view beginning) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (beginning.starts_with(kByteOrderMark)) beginning.remove_prefix(kByteOrderMark.size());
    while (!beginning.empty()) {
        const std::string_view line = beginning.substr(0, beginning.find('\n'));
        beginning.remove_prefix(std::min(line.size() + 1, beginning.size()));
        const std::string_view text = trim(line);
        if (!text.empty() && !text.starts_with('#'))
            return line.substr(0, line.size() - (line.ends_with('\r') ? 1 : 0));
    }
    return {};
}

// Names of hosts that crawlers archive beside pages.
bool is_no_page(std::string_view url) {
    return istarts_with(url, "dns:") || istarts_with(url, "whois:") ||
           istarts_with(url, "warcinfo:") || istarts_with(url, "urn:");
}

tl::unexpected<Error> refused(const std::string& name, std::string_view why) {
    return fail(ErrorCode::corrupt, name + " " + std::string(why));
}

}  // namespace

Result<ImportFormat> detect(std::string_view beginning, ImportFormat wanted,
                            const std::string& name) {
    if (beginning.starts_with("\x1f\x8b") || beginning.starts_with("\x28\xb5\x2f\xfd"))
        return refused(name,
                       "is compressed; give its text on standard input: zcat FILE | crawld import "
                       "--config F -");
    if (beginning.starts_with("WARC/"))
        return refused(name, "is a WARC file; import its index, a CDX or CDXJ file, instead");
    if (beginning.find('\0') != beginning.npos)
        return refused(name, "is a binary file; a list of URLs, CDX, CDXJ or crawl.log is text");
    const std::string_view line = first_line(beginning);
    if (is_sha1(trim(line)))
        return refused(name,
                       "is the requests.seen of Scrapy: it holds only SHA-1 fingerprints of "
                       "requests, from which no URL can be had back; list the URLs from the "
                       "crawl's items or its log and import the list with --as seen");
    if (wanted != ImportFormat::automatic) return wanted;
    if (is_cdx_header(line)) return ImportFormat::cdx;
    if (is_heritrix(line)) return ImportFormat::heritrix;
    if (is_cdxj(line)) return ImportFormat::cdxj;
    if (is_cdx(line)) return ImportFormat::cdx;
    return ImportFormat::seeds;
}

const ImportedLine& ImportLines::parse(std::string_view line, bool cut) {
    line_.url.clear();
    line_.rejected = {};
    line_.status = 0;
    line_.revisit = false;
    const std::string_view text = trim(line);
    if (cut) {
        line_.rejected = "the line is too long";
        return line_;
    }
    if (text.empty()) return line_;
    switch (format_) {
        case ImportFormat::automatic:
        case ImportFormat::seeds:
            parse_seed(text);
            break;
        case ImportFormat::cdx:
            parse_cdx(line);
            break;
        case ImportFormat::cdxj:
            parse_cdxj(text);
            break;
        case ImportFormat::heritrix:
            parse_heritrix(text);
            break;
    }
    return line_;
}

void ImportLines::take_url(std::string_view url) {
    if (!is_no_page(url)) line_.url = url;
}

void ImportLines::take_status(std::string_view text) {
    if (line_.revisit || text == "-" || text.empty()) {
        // Indexes give a revisit no status, or that of the answer which was not archived again.
        line_.status = line_.revisit ? 304 : -1;
        return;
    }
    const auto status = parse_int(text);
    if (status && *status != 0) {
        line_.status = *status;
        return;
    }
    line_.url.clear();
    line_.rejected = "its status is no number";
}

void ImportLines::parse_seed(std::string_view line) {
    if (!line.starts_with('#')) line_.url = line;
}

void ImportLines::parse_cdx_header(std::string_view line) {
    separator_ = line[0];
    const auto letters = split(line.substr(5), separator_);
    const auto column = [&](std::string_view letter) -> std::optional<size_t> {
        const auto found = std::find(letters.begin(), letters.end(), letter);
        if (found == letters.end()) return std::nullopt;
        return static_cast<size_t>(found - letters.begin());
    };
    url_column_ = column("a");
    type_column_ = column("m");
    status_column_ = column("s");
}

void ImportLines::parse_cdx(std::string_view line) {
    if (is_cdx_header(line)) return parse_cdx_header(line);
    const auto columns = split(line, separator_);
    if (!url_column_) {
        line_.rejected = "the first line names no column a, the URL";
        return;
    }
    const size_t last =
        std::max({*url_column_, type_column_.value_or(0), status_column_.value_or(0)});
    if (columns.size() <= last) {
        line_.rejected = "too few columns";
        return;
    }
    take_url(columns[*url_column_]);
    line_.revisit = type_column_ && columns[*type_column_] == kRevisit;
    if (!line_.url.empty()) take_status(status_column_ ? columns[*status_column_] : "-");
}

void ImportLines::parse_cdxj(std::string_view line) {
    if (line.starts_with('!')) return;
    std::string_view json = line;
    take_word(json);
    take_word(json);
    std::string status = "-";
    bool has_url = false;
    const bool whole = read_json_object(json, [&](std::string_view name, std::string_view value) {
        if (name == "url") {
            take_url(value);
            has_url = true;
        }
        if (name == "status") status = value;
        if (name == "mime") line_.revisit = value == kRevisit;
    });
    if (!whole) {
        line_.url.clear();
        line_.rejected = "not a key, a time and a JSON object";
        return;
    }
    if (!has_url) line_.rejected = "its JSON has no url";
    if (!line_.url.empty()) take_status(status);
}

void ImportLines::parse_heritrix(std::string_view line) {
    if (!is_heritrix(line)) {
        line_.rejected = "not a time, a status, a size and a URL";
        return;
    }
    take_word(line);
    const std::string_view status = take_word(line);
    take_word(line);
    const std::string_view url = take_word(line);
    if (url.empty()) {
        line_.rejected = "not a time, a status, a size and a URL";
        return;
    }
    take_url(url);
    // 0 is what Heritrix gives to what it did not try.
    if (!line_.url.empty()) take_status(status == "0" ? "-" : status);
}

}  // namespace crawld
