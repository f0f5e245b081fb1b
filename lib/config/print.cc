#include "config/print.h"

#include "base/text.h"
#include "config/option.h"

namespace crawld {

namespace {

constexpr size_t kColumns = 96;

constexpr std::string_view kIntroduction =
    "# yaml-language-server: $schema=crawld.schema.json\n"
    "#\n"
    "# The configuration of crawld: every option with its default. Only `version` and\n"
    "# `identity.contact` have to be given; remove or keep the rest as you like.\n"
    "#\n"
    "#   crawld check --config FILE   says what is wrong, or prints what is in force\n"
    "#\n"
    "# Durations are written 250ms, 10s, 5m, 24h, 7d or 1h30m, sizes 512KiB, 16MiB or 1GiB.\n"
    "# ${NAME} in a value is the environment variable NAME. Relative paths are relative to this\n"
    "# file. In the comments, \"reload\" means that a change takes effect at a reload (SIGHUP),\n"
    "# \"restart\" that it needs a restart, and \"per host\" that the option may stand under "
    "`hosts`.\n";

std::string range_after(const Option& option) {
    const std::string range = range_text(option);
    return range.empty() ? range : ", " + range;
}

// "duration, 1ms to 5m", "one of obey, ignore", "list".
std::string kind_text(const Option& option) {
    std::string out;
    switch (option.kind) {
        case OptionKind::section:
            return "options";
        case OptionKind::truth:
            return "true or false";
        case OptionKind::integer:
            out = "number";
            break;
        case OptionKind::real:
            return "number";
        case OptionKind::duration:
            out = "duration";
            break;
        case OptionKind::size:
            out = "size";
            break;
        case OptionKind::text:
            return "text";
        case OptionKind::word:
            for (std::string_view word : option.words)
                out.append(out.empty() ? "one of " : ", ").append(word);
            return out;
        case OptionKind::window:
            return "N/P";
        case OptionKind::list:
            return "list" + range_after(option);
        case OptionKind::table:
            return "names with texts";
        case OptionKind::overlays:
            return "list";
    }
    return out + range_after(option);
}

class Printer {
  public:
    explicit Printer(Comments comments) : comments_(comments) {}

    // `defaults` is the same option of a configuration of which nothing was set.
    void section(const Option& option, const Option& defaults, size_t depth) {
        for (size_t i = 0; i < option.children.size(); ++i) {
            const Option& child = option.children[i];
            if (commented() && i > 0) out_ += '\n';
            describe(child, defaults.children[i], depth);
            out_.append(depth * 2, ' ').append(child.name).append(":");
            if (child.kind == OptionKind::section) {
                out_ += '\n';
                section(child, defaults.children[i], depth + 1);
            } else {
                value(child, depth);
            }
        }
    }
    std::string take() { return std::move(out_); }

  private:
    bool commented() const { return comments_ == Comments::all; }

    void value(const Option& option, size_t depth) {
        const YamlNode& node = option.value;
        const bool long_list = option.kind == OptionKind::overlays ||
                               (option.kind == OptionKind::list &&
                                to_flow(node).size() + 2 * depth + option.name.size() > kColumns);
        if (!long_list || node.items.empty()) {
            out_ += " " + to_flow(node) + "\n";
            return;
        }
        out_ += '\n';
        for (const YamlNode& item : node.items)
            out_.append(depth * 2 + 2, ' ').append("- ").append(to_flow(item)).append("\n");
    }

    void describe(const Option& option, const Option& defaults, size_t depth) {
        if (!commented()) return;
        comment(option.help, depth);
        if (option.kind == OptionKind::section) return;
        std::string facts = "(" + kind_text(option);
        facts += "; default " + to_flow(defaults.value);
        facts += option.live ? "; reload" : "; restart";
        if (option.per_host) facts += ", per host";
        comment(facts + ")", depth);
        if (option.children.empty()) return;
        comment("Each has:", depth);
        for (const Option& field : option.children)
            comment("  " + std::string(field.name) + ": " + std::string(field.help), depth);
    }

    // Words that fit, after "# "; the indentation of the first line holds for all.
    void comment(std::string_view text, size_t depth) {
        const size_t indent = span_of(text, [](char c) { return c == ' '; });
        std::string line;
        const auto end_line = [&] {
            out_.append(depth * 2, ' ').append("# ").append(line).append("\n");
            line.clear();
        };
        for (std::string_view word : split(text.substr(indent), ' ')) {
            if (!line.empty() && depth * 2 + 2 + line.size() + 1 + word.size() > kColumns)
                end_line();
            line += line.empty() ? std::string(indent, ' ') : " ";
            line += word;
        }
        end_line();
    }

    Comments comments_;
    std::string out_;
};

}  // namespace

std::string print_effective(const CrawldConfig& config, Comments comments) {
    CrawldConfig copy = config;
    CrawldConfig defaults;
    Printer printer(comments);
    printer.section(describe_options(copy), describe_options(defaults), 0);
    return printer.take();
}

std::string render_documented_defaults() {
    return std::string(kIntroduction) + "\n" + print_effective(CrawldConfig{}, Comments::all);
}

}  // namespace crawld
