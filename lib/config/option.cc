#include "config/option.h"

#include <utility>

#include "config/environment.h"

namespace crawld {

namespace {

template <class T>
YamlNode node_of(const T& value);

class OptionLister {
  public:
    explicit OptionLister(Option& parent) : parent_(parent) {}

    template <class T>
    void field(const Field& f, T& value) {
        Option& option = add(f, &value);
        shape<T>(option, f);
        option.value = node_of(value);
    }
    template <class T>
    void section(const Field& f, T& value) {
        OptionLister inner(add(f, &value));
        describe(inner, value);
    }

  private:
    Option& add(const Field& f, const void* address) {
        Option option;
        option.name = f.name;
        option.help = f.help;
        option.path =
            parent_.path.empty() ? std::string(f.name) : parent_.path + "." + std::string(f.name);
        option.live = f.live && parent_.live;
        option.per_host = f.per_host && parent_.per_host;
        option.shorthand = f.shorthand;
        option.address = address;
        return parent_.children.emplace_back(std::move(option));
    }

    template <class T>
    static void shape(Option& option, const Field& f) {
        if constexpr (std::is_same_v<T, std::vector<HostOverlay>>)
            option.kind = OptionKind::overlays;
        else if constexpr (std::is_same_v<T, std::map<std::string, std::string>>)
            option.kind = OptionKind::table;
        else if constexpr (requires { typename T::value_type; } && !std::is_same_v<T, std::string>)
            shape_list<typename T::value_type>(option, f);
        else
            shape_scalar<T>(option, option.kind, f);
    }
    template <class T>
    static void shape_list(Option& option, const Field& f) {
        option.kind = OptionKind::list;
        if constexpr (Described<T>) {
            option.item = OptionKind::section;
            T item;
            OptionLister lister(option);
            describe(lister, item);
        } else {
            shape_scalar<T>(option, option.item, f);
        }
    }
    template <class T>
    static void shape_scalar(Option& option, OptionKind& kind, const Field& f) {
        kind = kind_of<T>();
        set_range<T>(option, f);
        if constexpr (NamedEnum<T>) {
            constexpr auto names = enum_names(T{});
            option.words.assign(names.begin(), names.end());
        }
    }

    Option& parent_;
};

// The members of a described list item, without those that say nothing.
struct MemberLister {
    YamlNode& node;
    bool shorthand = true;  // there is nothing but what the shorthand says

    template <class T>
    void field(const Field& f, T& value) {
        YamlNode member = node_of(value);
        if (member.text.empty() && member.items.empty()) return;
        member.key = f.name;
        shorthand = shorthand && f.shorthand;
        node.items.push_back(std::move(member));
    }
};

YamlNode node_of_overlay(const HostOverlay& overlay) {
    Problems problems;
    YamlNode node = parse_yaml(overlay.text, problems).value_or(YamlNode{});
    // The text was made from values: the only ${ in it are escaped.
    expand_environment(
        node, [](const std::string&) { return std::nullopt; }, problems);
    return node;
}

template <class T>
YamlNode node_of(const T& value) {
    YamlNode node;
    if constexpr (std::is_same_v<T, HostOverlay>) {
        node = node_of_overlay(value);
    } else if constexpr (std::is_same_v<T, std::map<std::string, std::string>>) {
        node.kind = YamlNode::Kind::map;
        for (const auto& [key, text] : value)
            node.items.emplace_back(scalar_node(text, true)).key = key;
    } else if constexpr (Described<T>) {
        node.kind = YamlNode::Kind::map;
        T copy = value;
        MemberLister members{node};
        describe(members, copy);
        if (members.shorthand && node.items.size() == 1)
            node = scalar_node(node.items[0].text, node.items[0].is_text);
    } else if constexpr (requires { typename T::value_type; } && !std::is_same_v<T, std::string>) {
        node.kind = YamlNode::Kind::list;
        for (const auto& item : value)
            node.items.push_back(node_of(item));
    } else {
        node = scalar_node(to_text(value), kind_of<T>() == OptionKind::text);
    }
    return node;
}

std::string bound_text(OptionKind kind, int64_t bound) {
    if (kind == OptionKind::duration) return to_text(Duration{bound});
    if (kind == OptionKind::size) return to_text(ByteSize{static_cast<uint64_t>(bound)});
    return std::to_string(bound);
}

}  // namespace

Option describe_options(CrawldConfig& config) {
    Option root;
    OptionLister lister(root);
    describe(lister, config);
    return root;
}

std::string full_range(const Option& option) {
    const OptionKind kind = option.kind == OptionKind::list ? option.item : option.kind;
    if (option.max == std::numeric_limits<int64_t>::max())
        return "at least " + bound_text(kind, option.min);
    return bound_text(kind, option.min) + " to " + bound_text(kind, option.max);
}

std::string range_text(const Option& option) {
    constexpr int64_t kUint32Max = std::numeric_limits<uint32_t>::max();
    const bool bounded =
        option.max != std::numeric_limits<int64_t>::max() && option.max != kUint32Max;
    if (!option.ranged || (option.min == 0 && !bounded)) return {};
    if (bounded) return full_range(option);
    Option open_ended;
    open_ended.kind = option.kind == OptionKind::list ? option.item : option.kind;
    open_ended.min = option.min;
    return full_range(open_ended);
}

}  // namespace crawld
