#include "config/schema.h"

#include "config/option.h"
#include "log/json.h"

namespace crawld {

namespace {

constexpr std::string_view kDuration = R"(^(0|([0-9]+(us|ms|s|m|h|d))+)$)";
constexpr std::string_view kSize = R"(^(0|[0-9]+ ?(B|KiB|MiB|GiB|TiB|KB|MB|GB|TB))$)";
constexpr std::string_view kWindow = R"(^[0-9]+/([0-9]+(us|ms|s|m|h|d))+$)";
constexpr std::string_view kEnvironment = R"(\$\{[A-Za-z0-9_]+\})";

class SchemaWriter {
  public:
    std::string whole(const Option& root) {
        json_.begin_object();
        text("$schema", "http://json-schema.org/draft-07/schema#");
        text("title", "crawld configuration");
        json_.key("definitions");
        json_.begin_object();
        json_.key("environment");
        pattern("The value of an environment variable.", kEnvironment);
        json_.key("overlay");
        overlay(root);
        json_.end_object();
        section_members(root, false);
        list("required", {"version", "identity"});
        json_.end_object();
        return indent_json(json_.text());
    }

  private:
    void text(std::string_view name, std::string_view value) {
        json_.key(name);
        json_.text(value);
    }
    void list(std::string_view name, const std::vector<std::string_view>& values) {
        json_.key(name);
        json_.begin_array();
        for (std::string_view value : values)
            json_.text(value);
        json_.end_array();
    }
    void number(std::string_view name, int64_t value) {
        json_.key(name);
        json_.number(value);
    }
    void pattern(std::string_view description, std::string_view value) {
        json_.begin_object();
        text("description", description);
        text("type", "string");
        text("pattern", value);
        json_.end_object();
    }

    // The same options under `hosts`, those that may stand there, and match.
    void overlay(const Option& root) {
        json_.begin_object();
        section_members(root, true);
        list("required", {"match"});
        json_.end_object();
    }

    static bool stands(const Option& option, bool in_overlay) {
        if (!in_overlay || option.kind != OptionKind::section)
            return !in_overlay || option.per_host;
        for (const Option& child : option.children)
            if (stands(child, in_overlay)) return true;
        return false;
    }

    // The members of an object's schema.
    void section_members(const Option& section, bool in_overlay) {
        text("type", "object");
        json_.key("additionalProperties");
        json_.boolean(false);
        json_.key("properties");
        json_.begin_object();
        if (in_overlay && section.path.empty()) {
            json_.key("match");
            pattern("A host name, *.example.org for every name below it, or *.", "^[^ ]+$");
        }
        for (const Option& child : section.children) {
            if (!stands(child, in_overlay)) continue;
            json_.key(child.name);
            option(child, in_overlay);
        }
        json_.end_object();
    }

    void option(const Option& o, bool in_overlay) {
        json_.begin_object();
        text("description", o.help);
        if (o.kind == OptionKind::section) {
            section_members(o, in_overlay);
        } else if (o.kind == OptionKind::list) {
            text("type", "array");
            json_.key("items");
            json_.begin_object();
            if (o.item == OptionKind::section)
                list_item(o);
            else
                scalar(o.item, o);
            json_.end_object();
        } else if (o.kind == OptionKind::table) {
            text("type", "object");
            json_.key("additionalProperties");
            json_.begin_object();
            text("type", "string");
            json_.end_object();
        } else if (o.kind == OptionKind::overlays) {
            text("type", "array");
            json_.key("items");
            reference("#/definitions/overlay");
        } else {
            scalar(o.kind, o);
        }
        json_.end_object();
    }

    void reference(std::string_view to) {
        json_.begin_object();
        text("$ref", to);
        json_.end_object();
    }

    void list_item(const Option& o) {
        bool shorthand = false;
        for (const Option& field : o.children)
            shorthand = shorthand || field.shorthand;
        if (!shorthand) return section_members(o, false);
        json_.key("anyOf");
        json_.begin_array();
        json_.begin_object();
        text("type", "string");
        json_.end_object();
        json_.begin_object();
        section_members(o, false);
        json_.end_object();
        json_.end_array();
    }

    void scalar(OptionKind kind, const Option& o) {
        if (kind == OptionKind::text) return text("type", "string");
        json_.key("anyOf");
        json_.begin_array();
        json_.begin_object();
        typed(kind, o);
        json_.end_object();
        reference("#/definitions/environment");
        json_.end_array();
    }

    // Ranges of durations and sizes are for crawld check: a schema cannot compare their texts.
    void typed(OptionKind kind, const Option& o) {
        switch (kind) {
            case OptionKind::truth:
                return text("type", "boolean");
            case OptionKind::real:
                return text("type", "number");
            case OptionKind::word:
                return list("enum", o.words);
            case OptionKind::duration:
                return timed(kDuration);
            case OptionKind::size:
                return timed(kSize);
            case OptionKind::window:
                return timed(kWindow);
            case OptionKind::integer:
                text("type", "integer");
                number("minimum", o.min);
                if (o.max != std::numeric_limits<int64_t>::max()) number("maximum", o.max);
                return;
            case OptionKind::section:
            case OptionKind::text:
            case OptionKind::list:
            case OptionKind::table:
            case OptionKind::overlays:
                return;
        }
    }
    // Text with a unit; a bare 0 is a number to YAML.
    void timed(std::string_view value) {
        list("type", {"string", "integer"});
        text("pattern", value);
        number("maximum", 0);
    }

    JsonWriter json_;
};

}  // namespace

std::string render_json_schema() {
    CrawldConfig defaults;
    return SchemaWriter().whole(describe_options(defaults));
}

}  // namespace crawld
