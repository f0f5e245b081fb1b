// The lines of an index (archive/cdxj.h), as far as they tell where records begin.
//
// Errors: those of LineReader.
// Bound:  8 bytes a line.
// Thread: any.
// Test:   tests/unit/audit/index_lines_test.cc, tests/unit/audit/verify_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace crawld {

struct IndexLine {
    std::optional<uint64_t> offset;  // nothing: it is no line of an index
    std::string url;
};
IndexLine read_index_line(std::string_view line);

// The line as far as each build says the same of a record. The MIME type is not: it is a reading of
// what a server sent, and was another one before readings changed; a sealed index stays as it is.
std::string without_mime(std::string_view line);
// Of lines that are without_mime() the same.
bool same_but_mime(const std::vector<std::string>& lines, const std::vector<std::string>& others);

// Sorted; none where there is no index.
Result<std::vector<uint64_t>> index_offsets(const std::string& path);

// The end of what cannot be read: where the next record begins that the index names.
uint64_t end_of_gap(const std::vector<uint64_t>& offsets, uint64_t begin, uint64_t file_bytes);

}  // namespace crawld
