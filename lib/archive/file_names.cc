#include "archive/file_names.h"

#include <algorithm>

#include "archive/cdxj.h"
#include "base/text.h"

namespace crawld {

namespace {

constexpr size_t kTimeDigits = 14;
constexpr size_t kSerialDigits = 5;
// File systems have 255 bytes for a name: what comes behind it, and a serial that grows, must fit.
constexpr size_t kNameBytesMax = 220;

bool is_name_char(char c) {
    return is_alnum(c) || c == '-' || c == '_' || c == '.';
}
bool is_name_text(std::string_view text) {
    return std::all_of(text.begin(), text.end(), is_name_char);
}

tl::unexpected<Error> refused(const std::string& name, std::string_view why) {
    return fail(ErrorCode::configuration,
                "\"" + name + "\" cannot be the names of archive files: " + std::string(why));
}

}  // namespace

void FileNames::add_text(std::string_view text) {
    if (text.empty()) return;
    if (pieces_.empty() || pieces_.back().part != Part::text) pieces_.push_back({Part::text, ""});
    pieces_.back().text += text;
}

bool FileNames::has_digit_behind_serial() const {
    for (size_t i = 1; i < pieces_.size(); ++i) {
        const bool digit = pieces_[i].part == Part::time || span_of(pieces_[i].text, is_digit) > 0;
        if (pieces_[i - 1].part == Part::serial && digit) return true;
    }
    return false;
}

Result<FileNames> FileNames::make(const FileNameOptions& options) {
    FileNames names;
    int serials = 0;
    std::string_view rest = options.name;
    while (!rest.empty()) {
        const size_t brace = rest.find('{');
        names.add_text(rest.substr(0, brace));
        if (brace == rest.npos) break;
        const size_t end = rest.find('}', brace);
        const std::string_view word = rest.substr(brace, end == rest.npos ? end : end + 1 - brace);
        rest.remove_prefix(brace + word.size());
        if (word == "{prefix}") {
            names.add_text(options.prefix);
        } else if (word == "{host}") {
            names.add_text(options.host);
        } else if (word == "{time}") {
            names.pieces_.push_back({Part::time, ""});
        } else if (word == "{serial}") {
            names.pieces_.push_back({Part::serial, ""});
            ++serials;
        } else {
            return refused(options.name, "the placeholders are {prefix} {time} {serial} {host}");
        }
    }
    for (const Piece& piece : names.pieces_)
        if (!is_name_text(piece.text))
            return refused(options.name, "a file name has letters, digits, '-', '_' and '.'");
    if (serials != 1) return refused(options.name, "there must be one {serial}");
    if (names.name(WallTime{}, 0).starts_with('.'))
        return refused(options.name, "the first character must not be a dot");
    if (names.has_digit_behind_serial())
        return refused(options.name, "a digit behind {serial} could not be told from it");
    if (names.name(WallTime{}, 0).size() > kNameBytesMax)
        return refused(options.name, "they would be longer than " + std::to_string(kNameBytesMax) +
                                         " characters");
    names.add_text(options.suffix.empty() ? file_suffix(options.coding) : options.suffix);
    return names;
}

std::string FileNames::name(WallTime time, uint64_t serial) const {
    std::string name;
    for (const Piece& piece : pieces_) {
        if (piece.part == Part::text) name += piece.text;
        if (piece.part == Part::time) name += timestamp14(time);
        if (piece.part != Part::serial) continue;
        const std::string digits = std::to_string(serial);
        name.append(kSerialDigits - std::min(digits.size(), kSerialDigits), '0').append(digits);
    }
    return name;
}

std::optional<uint64_t> FileNames::serial_of(std::string_view name) const {
    std::optional<uint64_t> serial;
    for (const Piece& piece : pieces_) {
        size_t bytes = piece.text.size();
        if (piece.part == Part::time) bytes = kTimeDigits;
        if (piece.part == Part::serial) bytes = span_of(name, is_digit);
        if (bytes > name.size()) return std::nullopt;
        const std::string_view text = name.substr(0, bytes);
        name.remove_prefix(bytes);
        if (piece.part == Part::text && text != piece.text) return std::nullopt;
        if (piece.part == Part::time && span_of(text, is_digit) != kTimeDigits) return std::nullopt;
        if (piece.part == Part::serial && bytes < kSerialDigits) return std::nullopt;
        if (piece.part == Part::serial) serial = parse_uint(text);
    }
    return name.empty() ? serial : std::nullopt;
}

std::string index_name(std::string_view name) {
    const size_t suffix = name.rfind(".warc");
    return std::string(name.substr(0, suffix)) + std::string(kIndexSuffix);
}

}  // namespace crawld
