#include "config/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <array>
#include <charconv>
#include <sstream>
#include <unordered_map>
#include <utility>

#include "base/text.h"

namespace crawld {

namespace {

Place place_of(const YAML::Mark& mark) {
    return mark.is_null() ? Place{} : Place{mark.line + 1, mark.column + 1};
}

// Copies yaml-cpp's graph into a tree. Aliases are copied where they stand, under a bound.
class TreeBuilder {
  public:
    TreeBuilder(size_t text_bytes, Problems& problems)
        : nodes_left_(text_bytes + kYamlAliasedNodesMax), problems_(problems) {}

    YamlNode build(const YAML::Node& source, int depth = 0) {
        YamlNode node;
        node.place = place_of(source.Mark());
        if (depth > kYamlDepthMax || nodes_left_ == 0) {
            if (!reported_) problems_.push_back({node.place, "too deep or too large"});
            reported_ = true;
            return node;
        }
        --nodes_left_;
        switch (source.Type()) {
            case YAML::NodeType::Undefined:
            case YAML::NodeType::Null:
                break;
            case YAML::NodeType::Scalar:
                node.kind = YamlNode::Kind::scalar;
                node.text = source.Scalar();
                node.is_text = source.Tag() == "!";  // was quoted
                break;
            case YAML::NodeType::Sequence:
                node.kind = YamlNode::Kind::list;
                for (const YAML::Node& item : source)
                    node.items.push_back(build(item, depth + 1));
                break;
            case YAML::NodeType::Map:
                add_members(node, source, depth);
                break;
        }
        return node;
    }

  private:
    void add_members(YamlNode& map, const YAML::Node& source, int depth) {
        map.kind = YamlNode::Kind::map;
        std::unordered_map<std::string, int> first_line;
        for (const auto& entry : source) {
            const Place place = place_of(entry.first.Mark());
            if (!entry.first.IsScalar()) {
                problems_.push_back({place, "a name is expected before the colon"});
                continue;
            }
            const std::string& key = entry.first.Scalar();
            const auto [first, is_new] = first_line.emplace(key, place.line);
            if (!is_new) {
                problems_.push_back({place, "\"" + key +
                                                "\" is given twice; the first is in line " +
                                                std::to_string(first->second)});
                continue;
            }
            YamlNode member = build(entry.second, depth + 1);
            member.key = key;
            member.key_place = place;
            map.items.push_back(std::move(member));
        }
    }

    size_t nodes_left_;
    Problems& problems_;
    bool reported_ = false;
};

// Where the latest document began. The text is read for this alone, because YAML::LoadAll finds
// documents without end where one begins with a comma.
class DocumentStart final : public YAML::EventHandler {
  public:
    const YAML::Mark& mark() const { return mark_; }

    void OnDocumentStart(const YAML::Mark& mark) override { mark_ = mark; }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}

  private:
    YAML::Mark mark_;
};

std::optional<Place> second_document(const std::string& text) {
    std::istringstream in(text);
    YAML::Parser parser(in);
    DocumentStart start;
    if (!parser.HandleNextDocument(start) || !parser.HandleNextDocument(start)) return std::nullopt;
    return place_of(start.mark());
}

// The first tab that indents a line, up to `last_line`: the usual reason why YAML is refused.
Place first_tab(std::string_view text, int last_line) {
    int line = 0;
    for (std::string_view row : split(text, '\n')) {
        if (++line > last_line) break;
        const size_t indent = span_of(row, [](char c) { return c == ' ' || c == '\t'; });
        const size_t tab = row.find('\t');
        if (tab < indent && indent < row.size() && row[indent] != '#')
            return {line, static_cast<int>(tab) + 1};
    }
    return {};
}

Problem syntax_problem(std::string_view text, const YAML::Exception& error) {
    const Place place = place_of(error.mark);
    const Place tab = first_tab(text, place.line);
    if (tab.line > 0) return {tab, "a tab in the indentation; YAML allows only spaces there"};
    return {place, "not YAML: " + error.msg};
}

}  // namespace

std::optional<YamlNode> parse_yaml(std::string_view text, Problems& problems) {
    try {
        const std::string copy(text);
        if (const auto second = second_document(copy))
            problems.push_back({*second, "a second document begins; the file must hold one"});
        return TreeBuilder(copy.size(), problems).build(YAML::Load(copy));
    } catch (const YAML::Exception& error) {
        problems.push_back(syntax_problem(text, error));
        return std::nullopt;
    }
}

YamlNode scalar_node(std::string text, bool is_text) {
    YamlNode node;
    node.kind = YamlNode::Kind::scalar;
    node.text = std::move(text);
    node.is_text = is_text;
    return node;
}

namespace {

// Whether the text means itself without quotes, in flow style too. Stricter than YAML.
bool is_plain(std::string_view text) {
    constexpr std::string_view kInside = "/._-+:@%=";
    const auto begins = [](char c) { return is_alnum(c) || c == '/' || c == '_' || c == '.'; };
    const auto inside = [&](char c) {
        return is_alnum(c) || kInside.find(c) != std::string_view::npos;
    };
    return !text.empty() && begins(text.front()) && text.back() != ':' &&
           span_of(text, inside) == text.size();
}

// Whether a YAML reader takes the plain text for a number, a truth value or null.
bool looks_typed(std::string_view text) {
    constexpr std::array<std::string_view, 7> kWords{"true", "false", "null", "yes",
                                                     "no",   "on",    "off"};
    for (std::string_view word : kWords)
        if (iequals(text, word)) return true;
    double number = 0;
    const char* end = text.data() + text.size();
    return std::from_chars(text.data(), end, number).ptr == end;
}

std::string double_quoted(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out = "\"";
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"' || c == '\\') out += '\\';
        if (c == '$' && text.substr(i, 2) == "${") out += '$';
        if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) {
            out += c;
            continue;
        }
        out.append("\\x") += kDigits[static_cast<unsigned char>(c) >> 4];
        out += kDigits[static_cast<unsigned char>(c) & 15];
    }
    return out + "\"";
}

}  // namespace

std::string to_flow(const YamlNode& node) {
    if (node.kind == YamlNode::Kind::null) return "null";
    if (node.kind == YamlNode::Kind::scalar) {
        const bool plain = is_plain(node.text) && !(node.is_text && looks_typed(node.text));
        return plain ? node.text : double_quoted(node.text);
    }
    const bool map = node.kind == YamlNode::Kind::map;
    std::string out = map ? "{" : "[";
    for (const YamlNode& item : node.items) {
        if (out.size() > 1) out += ", ";
        if (map) out += to_flow(scalar_node(item.key, true)) + ": ";
        out += to_flow(item);
    }
    return out + (map ? "}" : "]");
}

}  // namespace crawld
