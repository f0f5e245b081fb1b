// Rows: known URLs as text, one a line: JSON, or CSV with a line of names first.
//
// JSON is written by the writer of the logs (log/json.h): ASCII, and what is empty is left out. CSV
// is RFC 4180: CRLF, a cell with a comma, a quote or a blank at an end in quotes. It is UTF-8:
// other bytes, and control characters, become U+FFFD, so that a row is a line for every reader. A
// cell of others' text that a spreadsheet would take for a formula gets a ' in front.
//
// Thread: one.
// Source: RFC 8259, RFC 4180.
// Test:   tests/unit/exchange/rows_test.cc
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "exchange/known_url.h"
#include "log/json.h"

namespace crawld {

enum class RowForm : uint8_t { jsonl, csv };
constexpr std::array<std::string_view, 2> enum_names(RowForm) {
    return {"jsonl", "csv"};
}

class Rows {
  public:
    explicit Rows(RowForm form) : form_(form) {}
    // What stands in front of all rows; may be empty.
    std::string_view head();
    // With its line end. Until the next call.
    std::string_view row(KnownUrl& url);

  private:
    RowForm form_;
    JsonWriter json_;
    std::string text_;
};

// For the sorter: what row() shows, as bytes and back.
void pack(std::string& out, KnownUrl& url);
// False for bytes that pack() did not make.
bool unpack(std::string_view bytes, KnownUrl& url);

}  // namespace crawld
