// Import lines: which URL a line of another crawler's file names, and what became of it.
//
//   seeds      one URL a line; empty lines and those that begin with # say nothing
//   cdx        " CDX N b a m s ..." names the columns; without it those that all dialects begin
//   with cdxj       "surt timestamp {"url": ..., "status": ..., "mime": ...}"; lines with ! are
//   headers heritrix   crawl.log: time, fetch status, size, URL, ...
//
// Errors: detect() refuses with a sentence what holds no URLs: Scrapy's requests.seen, WARC files,
//         compressed and binary ones. A line that is not what its format says is rejected, with a
//         reason; nothing else depends on it.
// Thread: a parser belongs to one. It keeps the columns that a CDX file names.
// Cost:   linear in the line.
// Source: https://iipc.github.io/warc-specifications/specifications/cdx-format/;
//         https://specs.webrecorder.net/cdxj/; Heritrix 3, org.archive.io.CrawlerJournal and
//         UriProcessingFormatter.
// Test:   tests/unit/exchange/import_lines_test.cc, tests/fuzz/import_fuzz.cc
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/fields.h"
#include "base/result.h"

namespace crawld {

enum class ImportFormat : uint8_t { automatic, seeds, cdx, cdxj, heritrix };
constexpr std::array<std::string_view, 5> enum_names(ImportFormat) {
    return {"auto", "seeds", "cdx", "cdxj", "heritrix"};
}

// The format of a file by its beginning, as far as that is at hand. `wanted`, unless automatic, is
// believed. `name` begins the sentence of a refusal.
Result<ImportFormat> detect(std::string_view beginning, ImportFormat wanted,
                            const std::string& name);

struct ImportedLine {
    std::string url;            // as written; empty: none
    std::string_view rejected;  // why, a literal; empty too for lines that say nothing
    int status = 0;             // of HTTP; negative in crawl.log; 0: not told
    bool revisit = false;       // the same as it was when it was archived before

    // A list of seeds tells no status: whoever imports it as fetched says that it was.
    bool was_fetched() const { return status == 0 || status == 304 || status / 100 == 2; }
};

class ImportLines {
  public:
    explicit ImportLines(ImportFormat format) : format_(format) {}
    // `line` is without its end; `cut`: it is only the beginning. Until the next call.
    const ImportedLine& parse(std::string_view line, bool cut);

  private:
    void parse_seed(std::string_view line);
    void parse_cdx(std::string_view line);
    void parse_cdx_header(std::string_view line);
    void parse_cdxj(std::string_view line);
    void parse_heritrix(std::string_view line);
    void take_url(std::string_view url);
    void take_status(std::string_view text);

    ImportFormat format_;
    ImportedLine line_;
    char separator_ = ' ';
    // N b a m s: the key, the date, the URL, the type and the status.
    std::optional<size_t> url_column_ = 2;
    std::optional<size_t> type_column_ = 3;
    std::optional<size_t> status_column_ = 4;
};

}  // namespace crawld
