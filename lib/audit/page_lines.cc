#include "audit/page_lines.h"

#include "archive/cdxj.h"
#include "base/text.h"
#include "log/json_read.h"

namespace crawld {

std::optional<PageLine> read_page_line(std::string_view text) {
    PageLine line;
    const bool whole = read_json_object(text, [&](std::string_view name, std::string_view value) {
        if (name == "url") line.url = value;
        if (name == "fetched") line.fetched = parse_warc_date(value);
        if (name == "warc_file") line.file = value;
        if (name == "warc_offset") line.offset = parse_uint(value);
    });
    return whole ? std::optional(line) : std::nullopt;
}

}  // namespace crawld
