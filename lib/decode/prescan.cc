#include "decode/prescan.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"

namespace crawld {
namespace {

constexpr size_t kExactBytes = 1024;

// 2.5.8: "charset = x" somewhere in the content of a meta.
std::optional<std::string_view> charset_in_content(std::string_view content) {
    constexpr std::string_view kCharset = "charset";
    for (; content.size() > kCharset.size(); content.remove_prefix(1)) {
        if (!istarts_with(content, kCharset)) continue;
        std::string_view rest = content.substr(kCharset.size());
        rest.remove_prefix(span_of(rest, is_space));
        if (!rest.starts_with('=')) continue;
        rest.remove_prefix(1);
        rest.remove_prefix(span_of(rest, is_space));
        if (rest.empty()) return std::nullopt;
        if (rest[0] == '"' || rest[0] == '\'') {
            const size_t end = rest.find(rest[0], 1);
            if (end == std::string_view::npos) return std::nullopt;
            return rest.substr(1, end - 1);
        }
        return rest.substr(0, span_of(rest, [](char c) { return !is_space(c) && c != ';'; }));
    }
    return std::nullopt;
}

// What a declaration means where it is found in bytes that read as ASCII.
const Encoding* declared(std::string_view label) {
    const Encoding* encoding = find_encoding(label);
    if (encoding == nullptr) return nullptr;
    if (encoding->name == "utf-16le" || encoding->name == "utf-16be") return find_encoding("utf-8");
    if (encoding->name == "x-user-defined") return find_encoding("windows-1252");
    return encoding;
}

class Prescan {
  public:
    explicit Prescan(std::string_view bytes) : bytes_(bytes) {}

    const Encoding* run() {
        for (;;) {
            at_ = bytes_.find('<', at_);
            // Behind the exact part, content that is no markup is skipped.
            if (at_ >= kExactBytes && at_ < raw_end_) at_ = raw_end_;
            if (at_ >= bytes_.size()) return nullptr;
            if (bytes_[at_] != '<') continue;
            if (const Encoding* found = markup()) return found;
        }
    }

  private:
    struct Attribute {
        std::string name;  // lower case
        std::string_view value;
    };

    std::string_view rest() const { return bytes_.substr(at_); }
    bool ended() const { return at_ >= bytes_.size(); }

    // At a '<'; moves behind what starts here.
    const Encoding* markup() {
        const std::string_view here = rest();
        if (here.starts_with("<!--")) {
            // The dashes of "<!-->" are start and end.
            const size_t end = bytes_.find("-->", at_ + 2);
            at_ = end == std::string_view::npos ? bytes_.size() : end + 3;
            return nullptr;
        }
        if (istarts_with(here, "<meta") && here.size() > 5 &&
            (is_space(here[5]) || here[5] == '/')) {
            at_ += 5;
            return meta();
        }
        const bool end_tag = here.size() > 1 && here[1] == '/';
        const size_t name_at = end_tag ? 2 : 1;
        if (here.size() > name_at && is_alpha(here[name_at])) {
            tag(here.substr(name_at), end_tag);
        } else if (end_tag || (here.size() > 1 && (here[1] == '!' || here[1] == '?'))) {
            const size_t end = bytes_.find('>', at_);
            at_ = end == std::string_view::npos ? bytes_.size() : end + 1;
        } else {
            ++at_;
        }
        return nullptr;
    }

    void tag(std::string_view from_name, bool end_tag) {
        const size_t size = span_of(from_name, [](char c) { return !is_space(c) && c != '>'; });
        const std::string name = lowercase(from_name.substr(0, size));
        at_ = bytes_.size() - from_name.size() + size;
        while (attribute()) {
        }
        if (end_tag || at_ < raw_end_) return;
        for (std::string_view raw :
             {"script", "style", "title", "textarea", "noscript", "iframe"}) {
            if (name != raw) continue;
            raw_end_ = at_;
            while (
                raw_end_ < bytes_.size() &&
                !(bytes_[raw_end_] == '<' && istarts_with(bytes_.substr(raw_end_ + 1), "/" + name)))
                raw_end_ = std::min(bytes_.find('<', raw_end_ + 1), bytes_.size());
        }
    }

    const Encoding* meta() {
        bool got_pragma = false;
        std::optional<bool> need_pragma;
        const Encoding* encoding = nullptr;
        bool had_pragma = false, had_content = false, had_charset = false;
        const auto first = [](bool& had) { return !std::exchange(had, true); };
        while (std::optional<Attribute> found = attribute()) {
            if (found->name == "http-equiv" && first(had_pragma)) {
                got_pragma = iequals(found->value, "content-type");
            } else if (found->name == "content" && first(had_content) && encoding == nullptr) {
                const auto label = charset_in_content(found->value);
                encoding = label ? declared(*label) : nullptr;
                if (encoding != nullptr) need_pragma = true;
            } else if (found->name == "charset" && first(had_charset)) {
                encoding = declared(found->value);
                need_pragma = false;
            }
        }
        if (ended() && !closed_) return nullptr;  // a tag that never ends declares nothing
        return need_pragma && (!*need_pragma || got_pragma) ? encoding : nullptr;
    }

    // "Get an attribute": nothing at the end of the tag, behind whose '>' it then is.
    std::optional<Attribute> attribute() {
        closed_ = false;
        at_ += span_of(rest(), [](char c) { return is_space(c) || c == '/'; });
        if (ended()) return std::nullopt;
        if (bytes_[at_] == '>') {
            ++at_;
            closed_ = true;
            return std::nullopt;
        }
        const size_t name_size = 1 + span_of(rest().substr(1), [](char c) {
                                     return !is_space(c) && c != '=' && c != '/' && c != '>';
                                 });
        Attribute found{.name = lowercase(rest().substr(0, name_size)), .value = {}};
        at_ += name_size;
        at_ += span_of(rest(), is_space);
        if (ended() || bytes_[at_] != '=') return found;
        ++at_;
        at_ += span_of(rest(), is_space);
        if (ended()) return std::nullopt;
        const char quote = bytes_[at_];
        if (quote == '"' || quote == '\'') {
            const size_t end = bytes_.find(quote, at_ + 1);
            if (end == std::string_view::npos) {
                at_ = bytes_.size();
                return std::nullopt;
            }
            found.value = bytes_.substr(at_ + 1, end - at_ - 1);
            at_ = end + 1;
        } else {
            found.value =
                rest().substr(0, span_of(rest(), [](char c) { return !is_space(c) && c != '>'; }));
            at_ += found.value.size();
        }
        return found;
    }

    std::string_view bytes_;
    size_t at_ = 0;
    size_t raw_end_ = 0;
    bool closed_ = false;
};

// 13.2.3.2, "get an XML encoding".
const Encoding* xml_encoding(std::string_view bytes) {
    if (!bytes.starts_with("<?xml")) return nullptr;
    const std::string_view declaration = bytes.substr(0, bytes.find('>'));
    if (declaration.size() == bytes.size()) return nullptr;
    constexpr std::string_view kName = "encoding";
    const size_t at = declaration.find(kName);
    if (at == std::string_view::npos) return nullptr;
    std::string_view rest = declaration.substr(at + kName.size());
    const auto is_gap = [](char c) { return static_cast<uint8_t>(c) <= 0x20; };
    rest.remove_prefix(span_of(rest, is_gap));
    if (!rest.starts_with('=')) return nullptr;
    rest.remove_prefix(1);
    rest.remove_prefix(span_of(rest, is_gap));
    if (rest.empty() || (rest[0] != '"' && rest[0] != '\'')) return nullptr;
    const size_t end = rest.find(rest[0], 1);
    if (end == std::string_view::npos) return nullptr;
    const std::string_view label = rest.substr(1, end - 1);
    return std::any_of(label.begin(), label.end(), is_gap) ? nullptr : declared(label);
}

}  // namespace

const Encoding* prescan(std::string_view bytes) {
    using namespace std::string_view_literals;
    if (bytes.starts_with("<\0?\0x\0"sv)) return find_encoding("utf-16le");
    if (bytes.starts_with("\0<\0?\0x"sv)) return find_encoding("utf-16be");
    const Encoding* found = Prescan(bytes.substr(0, kPrescanBytesMax)).run();
    return found != nullptr ? found : xml_encoding(bytes.substr(0, kExactBytes));
}

}  // namespace crawld
