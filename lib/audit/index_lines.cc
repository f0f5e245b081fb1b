#include "audit/index_lines.h"

#include <algorithm>

#include "base/text.h"
#include "exchange/line_reader.h"
#include "log/json_read.h"

namespace crawld {

namespace {

// Where what is known of the record begins. Its key may have braces, but no space.
size_t object_in(std::string_view line) {
    const size_t space = line.find(" {");
    return space == line.npos ? space : space + 1;
}

}  // namespace

IndexLine read_index_line(std::string_view line) {
    IndexLine read;
    const size_t object = object_in(line);
    if (object == line.npos) return read;
    const bool whole =
        read_json_object(line.substr(object), [&](std::string_view name, std::string_view value) {
            if (name == "offset") read.offset = parse_uint(value);
            if (name == "url") read.url = value;
        });
    if (!whole) read.offset.reset();
    return read;
}

std::string without_mime(std::string_view line) {
    // In a value the quotes would have backslashes.
    constexpr std::string_view kMime = ",\"mime\":\"";
    const size_t begin = line.find(kMime, std::min(object_in(line), line.size()));
    if (begin == line.npos) return std::string(line);
    size_t end = begin + kMime.size();
    while (end < line.size() && line[end] != '"')
        end += line[end] == '\\' ? 2 : 1;
    if (end >= line.size()) return std::string(line);
    return std::string(line.substr(0, begin)) + std::string(line.substr(end + 1));
}

bool same_but_mime(const std::vector<std::string>& lines, const std::vector<std::string>& others) {
    return std::equal(lines.begin(), lines.end(), others.begin(), others.end(),
                      [](const std::string& line, const std::string& other) {
                          return line == other || without_mime(line) == without_mime(other);
                      });
}

Result<std::vector<uint64_t>> index_offsets(const std::string& path) {
    std::vector<uint64_t> offsets;
    auto lines = LineReader::open(path);
    if (!lines && lines.error().code == ErrorCode::no_input) return offsets;
    if (!lines) return tl::unexpected(lines.error());
    for (;;) {
        const auto line = lines->next();
        if (!line) return tl::unexpected(line.error());
        if (!*line) break;
        if (const auto offset = read_index_line((*line)->text).offset) offsets.push_back(*offset);
    }
    std::sort(offsets.begin(), offsets.end());
    return offsets;
}

uint64_t end_of_gap(const std::vector<uint64_t>& offsets, uint64_t begin, uint64_t file_bytes) {
    const auto next = std::upper_bound(offsets.begin(), offsets.end(), begin);
    return next == offsets.end() ? file_bytes : std::min(*next, file_bytes);
}

}  // namespace crawld
