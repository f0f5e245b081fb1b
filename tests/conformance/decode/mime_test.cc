// The web-platform-tests of MIME type parsing.
#include "decode/mime.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "decode/encodings.h"
#include "support/suite.h"
#include "support/testdata.h"

using namespace crawld;
using namespace crawld::test;

namespace {

// Enough of JSON for a flat list of strings and of objects whose values are strings, true, false
// and null. Characters are below U+0100 and stand for bytes.
class FlatJson {
  public:
    explicit FlatJson(std::string text) : text_(std::move(text)) {}

    bool next_object() {
        const size_t open = find_outside_strings('{');
        at_ = open == std::string::npos ? text_.size() : open + 1;
        beyond_bytes_ = false;
        return at_ < text_.size();
    }
    // The next key and value of the object; false at its end. `is_null` for null.
    bool next_field(std::string& key, std::string& value, bool& is_null) {
        at_ += span_of(rest(), [](char c) { return is_space(c) || c == ','; });
        if (rest().starts_with('}')) return false;
        key = read_string();
        at_ += span_of(rest(), [](char c) { return is_space(c) || c == ':'; });
        is_null = rest().starts_with("null");
        if (rest().starts_with('"')) {
            value = read_string();
        } else {
            const size_t size = span_of(rest(), is_alpha);
            value = rest().substr(0, size);
            at_ += size;
        }
        return true;
    }

    // The object read last has characters that are no bytes, and so stand in no header.
    bool beyond_bytes() const { return beyond_bytes_; }

  private:
    std::string_view rest() const { return std::string_view(text_).substr(at_); }

    size_t find_outside_strings(char wanted) {
        while (at_ < text_.size() && text_[at_] != wanted) {
            if (text_[at_] == '"')
                read_string();
            else
                ++at_;
        }
        return at_ < text_.size() ? at_ : std::string::npos;
    }

    std::string read_string() {
        std::string out;
        for (++at_; text_.at(at_) != '"'; ++at_) {
            if (text_[at_] != '\\') {
                // UTF-8 for U+0080 to U+00FF becomes one byte.
                const auto lead = static_cast<uint8_t>(text_[at_]);
                out += lead < 0x80 ? text_[at_]
                                   : static_cast<char>(lead << 6 | (text_.at(++at_) & 0x3f));
                continue;
            }
            const char escaped = text_.at(++at_);
            if (escaped == 'u') {
                const int code_point = std::stoi(text_.substr(at_ + 1, 4), nullptr, 16);
                beyond_bytes_ |= code_point > 0xff;
                out += static_cast<char>(code_point);
                at_ += 4;
            } else {
                const size_t control = std::string_view("tnrf").find(escaped);
                out += control == std::string_view::npos ? escaped : "\t\n\r\f"[control];
            }
        }
        ++at_;
        return out;
    }

    std::string text_;
    size_t at_ = 0;
    bool beyond_bytes_ = false;
};

}  // namespace

TEST_CASE("the web-platform-tests of MIME types, exact") {
    Suite suite("mime-types.json");
    const auto text = read_testdata("mime/mime-types.json", &suite);
    if (!text) return;
    FlatJson json(*text);
    while (json.next_object()) {
        std::string key, value, input, output, encoding;
        bool is_null = false, must_fail = false;
        while (json.next_field(key, value, is_null)) {
            if (key == "input") input = value;
            if (key == "output") output = value;
            if (key == "output") must_fail = is_null;
            if (key == "encoding") encoding = is_null ? "" : lowercase(value);
        }
        if (json.beyond_bytes()) {
            suite.add_difference("an input with U+0100 or above",
                                 "no header has characters beyond bytes");
            continue;
        }
        CAPTURE(input);
        const std::optional<MimeType> type = parse_mime(input);
        CHECK_EQ(type.has_value(), !must_fail);
        if (type) CHECK_EQ(to_string(*type), output);
        const auto charset = type ? type->parameter("charset") : std::nullopt;
        const Encoding* found = charset ? find_encoding(*charset) : nullptr;
        const std::string_view name = found == nullptr ? "" : found->name;
        if (!must_fail) CHECK_EQ(name, encoding);
        suite.add(type.has_value() != must_fail &&
                  (must_fail || (to_string(*type) == output && name == encoding)));
    }
    CHECK_EQ(suite.cases(), 74);
}
