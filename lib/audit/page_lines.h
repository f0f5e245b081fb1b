// The lines of a list of pages (crawl/page_sink.h), as far as they tell which visit they are of and
// where it is archived.
//
// Bound:  a line.
// Thread: any.
// Test:   tests/unit/audit/page_list_check_test.cc, tests/e2e/repair_test.py
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace crawld {

struct PageLine {
    std::string url;
    std::optional<WallTime> fetched;
    std::string file;  // of the archive
    std::optional<uint64_t> offset;
};
// Nothing for what is not one object of JSON.
std::optional<PageLine> read_page_line(std::string_view text);

}  // namespace crawld
