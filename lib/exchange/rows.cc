#include "exchange/rows.h"

#include <type_traits>

#include "base/bytes.h"
#include "url/utf8.h"

namespace crawld {

namespace {

class JsonRow {
  public:
    explicit JsonRow(JsonWriter& json) : json_(json) {}

    void field(const Field& f, const std::string& value) {
        if (value.empty()) return;
        json_.key(f.name);
        json_.text(value);
    }
    void field(const Field& f, const std::optional<uint64_t>& value) {
        if (!value) return;
        json_.key(f.name);
        json_.number(*value);
    }
    void field(const Field& f, WallTime value) {
        if (value != WallTime{}) field(f, to_rfc3339(value));
    }
    void field(const Field& f, KnownState value) { field(f, to_text(value)); }

  private:
    JsonWriter& json_;
};

class CsvNames {
  public:
    explicit CsvNames(std::string& out) : out_(out) {}
    template <class T>
    void field(const Field& f, const T&) {
        out_.append(out_.empty() ? "" : ",").append(f.name);
    }

  private:
    std::string& out_;
};

class CsvRow {
  public:
    explicit CsvRow(std::string& out) : out_(out) {}

    void field(const Field&, const std::string& value) { cell(value); }
    void field(const Field&, const std::optional<uint64_t>& value) {
        cell(value ? std::to_string(*value) : std::string());
    }
    void field(const Field&, WallTime value) {
        cell(value == WallTime{} ? std::string() : to_rfc3339(value));
    }
    void field(const Field&, KnownState value) { cell(to_string(value)); }

  private:
    void cell(std::string_view value) {
        if (!first_) out_ += ',';
        first_ = false;
        if (value.empty()) return;
        const bool formula = std::string_view("=+-@").find(value.front()) != value.npos;
        const bool quoted = formula || value.find_first_of(",\"") != value.npos ||
                            value.front() == ' ' || value.back() == ' ';
        if (quoted) out_ += '"';
        if (formula) out_ += '\'';
        bool valid = true;
        while (!value.empty()) {
            const char32_t c = utf8_next(value, valid);
            const bool control = c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
            if (c == '"') out_ += '"';
            utf8_append(out_, control ? kReplacementCharacter : c);
        }
        if (quoted) out_ += '"';
    }

    std::string& out_;
    bool first_ = true;
};

class Packer {
  public:
    explicit Packer(std::string& out) : out_(out) {}

    void field(const Field&, const std::string& value) { put_text(out_, value); }
    void field(const Field&, const std::optional<uint64_t>& value) {
        put_u8(out_, value ? 1 : 0);
        if (value) put_varint(out_, *value);
    }
    void field(const Field&, WallTime value) { put_u64(out_, static_cast<uint64_t>(to_us(value))); }
    void field(const Field&, KnownState value) { put_u8(out_, static_cast<uint8_t>(value)); }

  private:
    std::string& out_;
};

class Unpacker {
  public:
    explicit Unpacker(ByteReader& in) : in_(in) {}

    void field(const Field&, std::string& value) { value = in_.text(); }
    void field(const Field&, std::optional<uint64_t>& value) {
        value.reset();
        if (in_.u8() != 0) value = in_.varint();
    }
    void field(const Field&, WallTime& value) {
        value = wall_from_us(static_cast<int64_t>(in_.u64()));
    }
    void field(const Field&, KnownState& value) {
        value = static_cast<KnownState>(in_.u8() % enum_names(KnownState{}).size());
    }

  private:
    ByteReader& in_;
};

}  // namespace

std::string_view Rows::head() {
    text_.clear();
    if (form_ == RowForm::jsonl) return text_;
    CsvNames names(text_);
    KnownUrl none;
    describe(names, none);
    text_ += "\r\n";
    return text_;
}

std::string_view Rows::row(KnownUrl& url) {
    text_.clear();
    if (form_ == RowForm::csv) {
        CsvRow row(text_);
        describe(row, url);
        text_ += "\r\n";
        return text_;
    }
    json_.clear();
    json_.begin_object();
    JsonRow row(json_);
    describe(row, url);
    json_.end_object();
    text_ = json_.text();
    text_ += '\n';
    return text_;
}

void pack(std::string& out, KnownUrl& url) {
    Packer packer(out);
    describe(packer, url);
}

bool unpack(std::string_view bytes, KnownUrl& url) {
    ByteReader in(bytes);
    Unpacker unpacker(in);
    describe(unpacker, url);
    return !in.failed() && in.at_end();
}

}  // namespace crawld
