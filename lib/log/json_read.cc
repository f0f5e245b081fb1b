#include "log/json_read.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <string>

namespace crawld {

namespace {

// RapidJSON's names for what it calls.
class Members : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Members> {
  public:
    explicit Members(const JsonMember& member) : member_(member) {}

    bool Default() { return depth_ > 0; }  // null; at the top it is no object
    bool Bool(bool value) { return tell(value ? "true" : "false"); }
    bool RawNumber(const char* text, rapidjson::SizeType size, bool) { return tell({text, size}); }
    bool String(const char* text, rapidjson::SizeType size, bool) { return tell({text, size}); }
    bool Key(const char* text, rapidjson::SizeType size, bool) {
        if (depth_ == 1) name_.assign(text, size);
        return true;
    }
    bool StartObject() {
        ++depth_;
        return true;
    }
    bool EndObject(rapidjson::SizeType) {
        --depth_;
        return true;
    }
    bool StartArray() { return depth_++ > 0; }
    bool EndArray(rapidjson::SizeType) {
        --depth_;
        return true;
    }

  private:
    bool tell(std::string_view value) {
        if (depth_ == 1) member_(name_, value);
        return depth_ > 0;
    }

    const JsonMember& member_;
    std::string name_;
    size_t depth_ = 0;
};

}  // namespace

bool read_json_object(std::string_view json, const JsonMember& member) {
    rapidjson::MemoryStream in(json.data(), json.size());
    rapidjson::Reader reader;
    Members members(member);
    constexpr unsigned kFlags =
        rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
    const auto parsed = reader.Parse<kFlags>(in, members);
    // A byte of zero ends RapidJSON's streams, wherever it stands.
    return !parsed.IsError() && in.Tell() == json.size();
}

}  // namespace crawld
