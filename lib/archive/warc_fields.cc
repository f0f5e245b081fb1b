#include "archive/warc_fields.h"

#include <algorithm>

#include "base/text.h"
#include "url/utf8.h"

namespace crawld {

void put_field(std::string& out, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    std::string text = is_utf8(value) ? std::string(value) : to_utf8(value);
    if (text.size() > kFieldBytesMax) {
        size_t end = kFieldBytesMax;
        while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xc0) == 0x80)
            --end;
        text.resize(end);
    }
    std::replace_if(
        text.begin(), text.end(),
        [](char c) { return static_cast<uint8_t>(c) < 0x20 || c == '\x7f'; }, ' ');
    out.append(name).append(": ").append(text).append("\r\n");
}

WarcFields WarcFields::parse(std::string_view text) {
    WarcFields fields;
    for (std::string_view line : split(text, '\n')) {
        if (line.ends_with('\r')) line.remove_suffix(1);
        const bool folded = line.starts_with(' ') || line.starts_with('\t');
        if (folded && !fields.fields_.empty()) {
            fields.fields_.back().second.append(" ").append(trim(line));
            continue;
        }
        const size_t colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        fields.fields_.emplace_back(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
    }
    return fields;
}

std::optional<std::string_view> WarcFields::find(std::string_view name) const {
    for (const auto& [field, value] : fields_)
        if (iequals(field, name)) return value;
    return std::nullopt;
}

std::string_view WarcFields::uri(std::string_view name) const {
    std::string_view value = find(name).value_or("");
    if (value.size() >= 2 && value.starts_with('<') && value.ends_with('>'))
        value = value.substr(1, value.size() - 2);
    return value;
}

}  // namespace crawld
