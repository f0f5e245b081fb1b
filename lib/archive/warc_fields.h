// WarcFields: lines of "Name: value", in a record's header and in blocks of type
// application/warc-fields.
//
// Written, a value is one line whatever it holds: control characters become spaces, what is not
// UTF-8 becomes U+FFFD, and what is longer than kFieldBytesMax is cut at a character. So nothing
// that a server sent can begin a field of its own.
// Read, lines end in LF or CR LF, a value folded over lines is joined with one space, and lines
// without a colon are left out.
//
// Source: WARC/1.1 4 and 5; RFC 2822 2.2 for folding.
// Test:   tests/unit/archive/warc_fields_test.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crawld {

inline constexpr size_t kFieldBytesMax = 64 << 10;

// `name` is ours. Nothing is written for an empty value.
void put_field(std::string& out, std::string_view name, std::string_view value);

class WarcFields {
  public:
    static WarcFields parse(std::string_view text);

    // The first of that name, in any case.
    std::optional<std::string_view> find(std::string_view name) const;
    // Without the angle brackets that some writers put around a URI.
    std::string_view uri(std::string_view name) const;
    const std::vector<std::pair<std::string, std::string>>& all() const { return fields_; }

  private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace crawld
