// Reads one JSON object as it comes from others: its own texts, numbers and truth values.
//
// Errors: false for anything but one whole object (RFC 8259); members told until then stand.
//         Objects and arrays inside are read over. Texts are as they came, invalid UTF-8 included.
// Thread: any.
// Cost:   linear, and the depth of what lies inside costs heap, not stack.
// Source: RFC 8259; RapidJSON's Reader.
// Test:   tests/unit/log/json_read_test.cc
#pragma once

#include <functional>
#include <string_view>

namespace crawld {

// Numbers as they are written. Both views until the callback returns.
using JsonMember = std::function<void(std::string_view name, std::string_view value)>;
bool read_json_object(std::string_view json, const JsonMember& member);

}  // namespace crawld
