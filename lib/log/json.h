// JsonWriter: one JSON value as printable ASCII text. The only way by which text that others wrote
// (URLs, headers, certificates' names) gets into a log.
//
// Units:  everything outside 0x20..0x7e becomes \uXXXX (surrogate pairs above U+FFFF), each byte
//         that is not part of valid UTF-8 becomes \uFFFD, so no terminal, pager or line-oriented
//         tool can be confused by what a server sent. Doubles have at most three decimals.
// Owns:   its output, which clear() empties and keeps allocated. text() lives until the next call.
// Thread: one at a time.
// Errors: calls that do not make JSON (two values at the top, an unnamed member) are asserted by
//         RapidJSON in debug builds only. A number that JSON cannot hold (NaN) is written as null.
// Cost:   about 1 ns a byte of plain text; no allocation once warm.
// Source: RFC 8259; RapidJSON's Writer does the structure and the numbers.
// Test:   tests/unit/log/json_test.cc
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

namespace crawld {

class JsonWriter {
  public:
    static constexpr size_t kUncut = std::numeric_limits<size_t>::max();

    JsonWriter();
    ~JsonWriter();
    JsonWriter(JsonWriter&&) noexcept;
    JsonWriter& operator=(JsonWriter&&) noexcept;

    void begin_object();
    void end_object();
    void begin_array();
    void end_array();
    void key(std::string_view name);  // ours: a literal in plain ASCII
    // At most `bytes_max` bytes between the quotes; a longer text is cut at a character and ends
    // in \u2026 (an ellipsis). Room below the ellipsis' six bytes holds nothing.
    void text(std::string_view value, size_t bytes_max = kUncut);
    void number(int64_t value);
    void number(uint64_t value);
    void number(double value);
    void boolean(bool value);
    void null();

    std::string_view text() const;
    size_t size() const;
    void clear();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// The same JSON with two spaces a level, for people. `json` is valid.
std::string indent_json(std::string_view json);

}  // namespace crawld
