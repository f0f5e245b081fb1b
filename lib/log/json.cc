#include "log/json.h"

#include <rapidjson/prettywriter.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <array>
#include <cstring>
#include <optional>

#include "base/check.h"
#include "base/text.h"

namespace crawld {

namespace {

using AsciiWriter =
    rapidjson::Writer<rapidjson::StringBuffer, rapidjson::UTF8<>, rapidjson::ASCII<>>;

constexpr uint32_t kReplacement = 0xfffd;
constexpr uint32_t kEllipsis = 0x2026;
constexpr size_t kEllipsisBytes = 6;

constexpr bool is_plain(char c) {
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

constexpr uint8_t byte_at(std::string_view text, size_t at) {
    return static_cast<uint8_t>(text[at]);
}

struct CodePoint {
    uint32_t value = kReplacement;
    size_t bytes = 1;
};

// Unicode 15, table 3-7: the well-formed sequences; anything else is one replaced byte.
CodePoint decode_utf8(std::string_view text) {
    const uint8_t lead = byte_at(text, 0);
    if (lead < 0x80) return {lead, 1};
    const size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return {};
    uint32_t value = lead & (0xffU >> (bytes + 1));
    for (size_t i = 1; i < bytes; ++i) {
        if ((byte_at(text, i) & 0xc0) != 0x80) return {};
        value = value << 6 | (byte_at(text, i) & 0x3f);
    }
    const bool overlong = (bytes == 3 && value < 0x800) || (bytes == 4 && value < 0x10000);
    const bool surrogate = value >= 0xd800 && value <= 0xdfff;
    if (overlong || surrogate || value > 0x10ffff) return {};
    return {value, bytes};
}

// One escape sequence; at most two \uXXXX.
struct Escape {
    std::array<char, 12> bytes{};
    size_t size = 0;

    void put(char c) { bytes[size++] = c; }
    void put_unit(uint32_t unit) {
        constexpr std::string_view kDigits = "0123456789abcdef";
        put('\\');
        put('u');
        for (int shift = 12; shift >= 0; shift -= 4)
            put(kDigits[unit >> shift & 15]);
    }
};

Escape escape_of(uint32_t code_point) {
    Escape out;
    char letter = 0;
    switch (code_point) {
        case '"':
            letter = '"';
            break;
        case '\\':
            letter = '\\';
            break;
        case '\n':
            letter = 'n';
            break;
        case '\r':
            letter = 'r';
            break;
        case '\t':
            letter = 't';
            break;
        default:
            break;
    }
    if (letter != 0) {
        out.put('\\');
        out.put(letter);
    } else if (code_point < 0x10000) {
        out.put_unit(code_point);
    } else {
        out.put_unit(0xd800 + ((code_point - 0x10000) >> 10));
        out.put_unit(0xdc00 + ((code_point - 0x10000) & 0x3ff));
    }
    return out;
}

// RapidJSON's String() refuses invalid UTF-8, lets DEL through and cannot be cut, so strings are
// written here, between its Prefix and EndValue.
class EventWriter : public AsciiWriter {
  public:
    explicit EventWriter(rapidjson::StringBuffer& out) : AsciiWriter(out) {}

    void Text(std::string_view value, size_t bytes_max) {
        Prefix(rapidjson::kStringType);
        os_->Put('"');
        // Nothing needs to be measured when even the longest escapes fit.
        if (bytes_max / 6 >= value.size() || span_of(value, is_plain) == value.size())
            put_cut(value, bytes_max, value.size() <= bytes_max ? 0 : kEllipsisBytes);
        else
            put_cut(value, bytes_max, encoded_bytes(value) <= bytes_max ? 0 : kEllipsisBytes);
        os_->Put('"');
        EndValue(true);
    }

  private:
    static size_t encoded_bytes(std::string_view value) {
        size_t total = 0;
        while (!value.empty()) {
            const size_t plain = span_of(value, is_plain);
            total += plain;
            value.remove_prefix(plain);
            if (value.empty()) break;
            const CodePoint next = decode_utf8(value);
            total += escape_of(next.value).size;
            value.remove_prefix(next.bytes);
        }
        return total;
    }

    void put(const char* bytes, size_t size) { std::memcpy(os_->Push(size), bytes, size); }

    void put_cut(std::string_view value, size_t bytes_max, size_t kept_back) {
        if (bytes_max < kept_back) return;
        size_t room = bytes_max - kept_back;
        while (!value.empty()) {
            const size_t plain = std::min(span_of(value.substr(0, room), is_plain), room);
            put(value.data(), plain);
            value.remove_prefix(plain);
            room -= plain;
            if (value.empty() || room == 0) break;
            const CodePoint next = decode_utf8(value);
            const Escape escape = escape_of(next.value);
            if (escape.size > room) break;
            put(escape.bytes.data(), escape.size);
            value.remove_prefix(next.bytes);
            room -= escape.size;
        }
        if (kept_back == 0) return;
        const Escape ellipsis = escape_of(kEllipsis);
        put(ellipsis.bytes.data(), ellipsis.size);
    }
};

}  // namespace

struct JsonWriter::State {
    rapidjson::StringBuffer out;
    EventWriter writer{out};
};

JsonWriter::JsonWriter() : state_(std::make_unique<State>()) {
    state_->writer.SetMaxDecimalPlaces(3);
}
JsonWriter::~JsonWriter() = default;
JsonWriter::JsonWriter(JsonWriter&&) noexcept = default;
JsonWriter& JsonWriter::operator=(JsonWriter&&) noexcept = default;

void JsonWriter::begin_object() {
    state_->writer.StartObject();
}
void JsonWriter::end_object() {
    state_->writer.EndObject();
}
void JsonWriter::begin_array() {
    state_->writer.StartArray();
}
void JsonWriter::end_array() {
    state_->writer.EndArray();
}
void JsonWriter::key(std::string_view name) {
    state_->writer.Text(name, kUncut);
}
void JsonWriter::text(std::string_view value, size_t bytes_max) {
    state_->writer.Text(value, bytes_max);
}
void JsonWriter::number(int64_t value) {
    state_->writer.Int64(value);
}
void JsonWriter::number(uint64_t value) {
    state_->writer.Uint64(value);
}
void JsonWriter::boolean(bool value) {
    state_->writer.Bool(value);
}
void JsonWriter::null() {
    state_->writer.Null();
}
void JsonWriter::number(double value) {
    // NaN and the infinities: x - x is 0 for every other number.
    if (value - value == 0)
        state_->writer.Double(value);
    else
        state_->writer.Null();
}

std::string_view JsonWriter::text() const {
    return {state_->out.GetString(), state_->out.GetSize()};
}
size_t JsonWriter::size() const {
    return state_->out.GetSize();
}
void JsonWriter::clear() {
    state_->out.Clear();
    state_->writer.Reset(state_->out);
}

std::string indent_json(std::string_view json) {
    rapidjson::StringBuffer out;
    rapidjson::PrettyWriter<rapidjson::StringBuffer, rapidjson::UTF8<>, rapidjson::ASCII<>> writer(
        out);
    writer.SetIndent(' ', 2);
    rapidjson::MemoryStream in(json.data(), json.size());
    rapidjson::Reader reader;
    const auto parsed = reader.Parse(in, writer);
    CRAWLD_CHECK(!parsed.IsError());
    return std::string(out.GetString(), out.GetSize()) + "\n";
}

}  // namespace crawld
