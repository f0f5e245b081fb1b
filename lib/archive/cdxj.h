// CDXJ: the index of a WARC file, one line a page, sorted by bytes:
//
//     com,example)/page 20260203040506 {"url":"http://example.com/page","mime":"text/html", ...}
//
// as cdxj-indexer writes and pywb reads it: url, mime ("warc/revisit" for revisits), status,
// digest, length, offset, filename, all of them texts; what is not known is left out. Requests,
// warcinfo and metadata records have no line.
//
// Units:  length is of the whole member or frame; of a file that is not compressed it is without
//         the two line ends behind the record, as others count.
// Source: https://specs.webrecorder.net/cdxj/; cdxj-indexer 1.5.
// Test:   tests/unit/archive/cdxj_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "url/url.h"

namespace crawld {

struct CdxjEntry {
    CanonicalUrl url;
    WallTime date;
    std::string mime;
    int status = 0;
    std::string digest;  // of the payload, labelled
};
inline constexpr std::string_view kRevisitMime = "warc/revisit";

// 14 digits, UTC.
std::string timestamp14(WallTime date);
// What RFC 3339 says in UTC, of a WARC-Date. Nothing if it is none.
std::optional<WallTime> parse_warc_date(std::string_view text);

// With its line end.
std::string cdxj_line(const CdxjEntry& entry, std::string_view file_name, uint64_t offset,
                      uint64_t length);

}  // namespace crawld
