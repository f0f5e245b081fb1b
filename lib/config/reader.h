// SectionReader: the visitor that fills an options struct from a YAML node.
//
// It asks the node for each field that the description names; what it was not asked for is unknown.
// A field that cannot be read keeps its value and leaves a problem; reading goes on.
// Test: tests/unit/config/load_test.cc
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/option.h"
#include "config/yaml.h"

namespace crawld {

inline constexpr size_t kProblemsMax = 100;  // reported of one file

struct FieldPlace {
    Place place;
    std::string path;     // "crawl.seeds[2]"
    bool broken = false;  // something in it was reported: no rule says more about it
};

struct ReadContext {
    Problems problems{};
    std::map<const void*, FieldPlace> places{};  // by field: where the file sets it
    bool overlay = false;                        // only fields that are per_host may stand here

    // At most one problem a place: what follows from another problem helps nobody.
    void report(Place place, const std::string& path, const std::string& message);
};

// "" and "retries": retries. "fetch" and "retries": fetch.retries.
std::string join_path(const std::string& path, std::string_view name);

namespace detail {
// A scalar's text; reports what is not a scalar.
const std::string* scalar_text(ReadContext& context, const YamlNode& node, const std::string& path);
bool is_kind(ReadContext& context, const YamlNode& node, const std::string& path,
             YamlNode::Kind kind);
void report_range(ReadContext& context, const YamlNode& node, const std::string& path,
                  const Option& option);
void read_overlays(ReadContext& context, const YamlNode& node, const std::string& path,
                   std::vector<HostOverlay>& value);
void read_table(ReadContext& context, const YamlNode& node, const std::string& path,
                std::map<std::string, std::string>& value);
}  // namespace detail

template <class T>
void read_section(ReadContext& context, const YamlNode& node, const std::string& path, T& value);

template <class T>
void read_scalar(ReadContext& context, const Field& f, const YamlNode& node,
                 const std::string& path, T& value) {
    const std::string* text = detail::scalar_text(context, node, path);
    if (text == nullptr) return;
    Option range;
    range.kind = kind_of<T>();
    set_range<T>(range, f);
    T parsed{};
    Status status = parse_text(*text, parsed);
    int64_t number = range_value(parsed);
    // Through a signed type, so that -1 is out of range rather than no number.
    if constexpr (kind_of<T>() == OptionKind::integer) {
        if (int64_t wide = 0; !status && parse_text(*text, wide)) {
            status = {};
            number = wide;
        }
    }
    if (!status)
        context.report(node.place, path, status.error().message);
    else if (range.ranged && (number < range.min || number > range.max))
        detail::report_range(context, node, path, range);
    else
        value = std::move(parsed);
}

// A list item that is a struct: written in full, or as the scalar of its shorthand field.
template <class T>
void read_struct_item(ReadContext& context, const YamlNode& node, const std::string& path,
                      T& value);

template <class T>
void read_field(ReadContext& context, const Field& f, const YamlNode& node, const std::string& path,
                T& value) {
    context.places[&value] = {node.place, path};
    if constexpr (std::is_same_v<T, std::vector<HostOverlay>>) {
        detail::read_overlays(context, node, path, value);
    } else if constexpr (std::is_same_v<T, std::map<std::string, std::string>>) {
        detail::read_table(context, node, path, value);
    } else if constexpr (requires { typename T::value_type; } && !std::is_same_v<T, std::string>) {
        if (!detail::is_kind(context, node, path, YamlNode::Kind::list)) return;
        value.assign(node.items.size(), {});
        for (size_t i = 0; i < node.items.size(); ++i) {
            const std::string item_path = path + "[" + std::to_string(i) + "]";
            const size_t problems = context.problems.size();
            if constexpr (Described<typename T::value_type>)
                read_struct_item(context, node.items[i], item_path, value[i]);
            else
                read_scalar(context, f, node.items[i], item_path, value[i]);
            context.places[&value[i]] = {node.items[i].place, item_path,
                                         context.problems.size() > problems};
        }
    } else {
        read_scalar(context, f, node, path, value);
    }
}

class SectionReader {
  public:
    // `node` is a map or null (a section whose options are all commented out).
    SectionReader(ReadContext& context, const YamlNode& node, std::string path)
        : context_(context), node_(node), path_(std::move(path)), known_(node.items.size()) {}

    template <class T>
    void field(const Field& f, T& value) {
        if (const YamlNode* member = take(f))
            read_field(context_, f, *member, join_path(path_, f.name), value);
    }
    template <class T>
    void section(const Field& f, T& value) {
        if (const YamlNode* member = take(f))
            read_section(context_, *member, join_path(path_, f.name), value);
    }
    // After describe(): what is left is unknown.
    void finish();

  private:
    const YamlNode* take(const Field& f);

    ReadContext& context_;
    const YamlNode& node_;
    std::string path_;
    std::vector<bool> known_;  // by item of node_
    std::vector<std::string_view> names_;
};

template <class T>
void read_section(ReadContext& context, const YamlNode& node, const std::string& path, T& value) {
    if (node.kind != YamlNode::Kind::null &&
        !detail::is_kind(context, node, path, YamlNode::Kind::map))
        return;
    SectionReader reader(context, node, path);
    describe(reader, value);
    reader.finish();
}

namespace detail {
struct ShorthandReader {
    ReadContext& context;
    const YamlNode& node;
    const std::string& path;
    bool found = false;

    template <class T>
    void field(const Field& f, T& value) {
        if (!f.shorthand) return;
        found = true;
        read_field(context, f, node, path, value);
    }
};
}  // namespace detail

template <class T>
void read_struct_item(ReadContext& context, const YamlNode& node, const std::string& path,
                      T& value) {
    if (node.kind == YamlNode::Kind::scalar) {
        detail::ShorthandReader shorthand{context, node, path};
        describe(shorthand, value);
        if (shorthand.found) return;
    }
    if (detail::is_kind(context, node, path, YamlNode::Kind::map))
        read_section(context, node, path, value);
}

}  // namespace crawld
