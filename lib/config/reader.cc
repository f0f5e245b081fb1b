#include "config/reader.h"

#include <memory>
#include <utility>

#include "base/text.h"

namespace crawld {

void ReadContext::report(Place place, const std::string& path, const std::string& message) {
    if (problems.size() >= kProblemsMax) return;
    for (const Problem& problem : problems)
        if (place.line > 0 && problem.place.line == place.line &&
            problem.place.column == place.column)
            return;
    problems.push_back({place, path.empty() ? message : path + ": " + message});
}

std::string join_path(const std::string& path, std::string_view name) {
    return path.empty() ? std::string(name) : path + "." + std::string(name);
}

const YamlNode* SectionReader::take(const Field& f) {
    if (f.per_host || !context_.overlay) names_.push_back(f.name);
    for (size_t i = 0; i < node_.items.size(); ++i) {
        const YamlNode& member = node_.items[i];
        if (member.key != f.name) continue;
        known_[i] = true;
        if (f.per_host || !context_.overlay) return &member;
        context_.report(member.key_place, join_path(path_, f.name),
                        "holds for all hosts and cannot stand under hosts; set it at the top "
                        "level");
        return nullptr;
    }
    return nullptr;
}

void SectionReader::finish() {
    for (size_t i = 0; i < node_.items.size(); ++i) {
        if (known_[i]) continue;
        std::string message = "unknown option; ";
        if (const auto best = nearest(node_.items[i].key, names_)) {
            message += "did you mean \"" + std::string(*best) + "\"?";
        } else {
            message += "valid here: ";
            for (std::string_view name : names_)
                message.append(name == names_.front() ? "" : ", ").append(name);
        }
        context_.report(node_.items[i].key_place, join_path(path_, node_.items[i].key), message);
    }
}

namespace detail {

namespace {

std::string found(const YamlNode& node) {
    switch (node.kind) {
        case YamlNode::Kind::null:
            return "nothing";
        case YamlNode::Kind::scalar:
            return "\"" + node.text + "\"";
        case YamlNode::Kind::list:
            return "a list";
        case YamlNode::Kind::map:
            return "options (name: value)";
    }
    return {};
}

std::string_view wanted(YamlNode::Kind kind) {
    switch (kind) {
        case YamlNode::Kind::null:
            return "nothing";
        case YamlNode::Kind::scalar:
            return "one value";
        case YamlNode::Kind::list:
            return "a list ([a, b])";
        case YamlNode::Kind::map:
            return "options (name: value)";
    }
    return {};
}

// Reads an overlay's options over those of one host, as though they stood at the top level.
void read_over(ReadContext& context, const YamlNode& settings, const std::string& path,
               HostOptions& options) {
    CrawldConfig whole;
    whole.politeness = options.politeness;
    whole.fetch = options.fetch;
    whole.html = options.html;
    whole.sitemaps = options.sitemaps;
    whole.crawl.limits = options.limits;
    read_section(context, settings, path, whole);
    options = base_host_options(whole);
}

}  // namespace

bool is_kind(ReadContext& context, const YamlNode& node, const std::string& path,
             YamlNode::Kind kind) {
    if (node.kind == kind) return true;
    if (node.kind == YamlNode::Kind::null) {
        const Place place = node.key.empty() ? node.place : node.key_place;
        context.report(place, path, "has no value; write one, or remove the line");
        return false;
    }
    context.report(node.place, path,
                   "expected " + std::string(wanted(kind)) + ", found " + found(node));
    return false;
}

const std::string* scalar_text(ReadContext& context, const YamlNode& node,
                               const std::string& path) {
    return is_kind(context, node, path, YamlNode::Kind::scalar) ? &node.text : nullptr;
}

void report_range(ReadContext& context, const YamlNode& node, const std::string& path,
                  const Option& option) {
    const std::string range = range_text(option);
    context.report(node.place, path,
                   node.text + " is out of range; " + (range.empty() ? full_range(option) : range) +
                       " is allowed");
}

void read_table(ReadContext& context, const YamlNode& node, const std::string& path,
                std::map<std::string, std::string>& value) {
    if (!is_kind(context, node, path, YamlNode::Kind::map)) return;
    value.clear();
    for (const YamlNode& member : node.items) {
        const std::string member_path = join_path(path, member.key);
        const std::string* text = scalar_text(context, member, member_path);
        if (text == nullptr) continue;
        std::string& target = value[member.key];
        target = *text;
        context.places[&target] = {member.place, member_path};
    }
}

namespace {

// Takes the match out of an overlay's settings.
std::string take_match(ReadContext& context, YamlNode& settings, const std::string& path) {
    std::string match;
    bool is_there = false;
    std::erase_if(settings.items, [&](const YamlNode& member) {
        if (member.key != "match") return false;
        is_there = true;
        const std::string* text = scalar_text(context, member, path + ".match");
        if (text == nullptr) return true;
        match = *text;
        const std::string problem = overlay_match_problem(match);
        if (!problem.empty()) context.report(member.place, path + ".match", problem);
        return true;
    });
    if (!is_there)
        context.report(settings.place, path,
                       "has no match; say for which hosts it holds, for example match: "
                       "\"*.example.org\"");
    return match;
}

HostOverlay read_overlay(ReadContext& context, const YamlNode& node, const std::string& path) {
    HostOverlay overlay;
    overlay.text = to_flow(node);
    auto settings = std::make_shared<YamlNode>(node);
    overlay.match = take_match(context, *settings, path);

    ReadContext inner{.overlay = true};
    HostOptions scratch;
    read_over(inner, *settings, path, scratch);
    for (const Problem& problem : inner.problems)
        context.report(problem.place, "", problem.message);

    overlay.apply = [settings](HostOptions& options) {
        ReadContext silent{.overlay = true};  // what has problems never comes into force
        read_over(silent, *settings, "", options);
    };
    return overlay;
}

}  // namespace

void read_overlays(ReadContext& context, const YamlNode& node, const std::string& path,
                   std::vector<HostOverlay>& value) {
    if (!is_kind(context, node, path, YamlNode::Kind::list)) return;
    value.clear();
    value.reserve(node.items.size());
    for (size_t i = 0; i < node.items.size(); ++i) {
        const std::string item_path = path + "[" + std::to_string(i) + "]";
        if (!is_kind(context, node.items[i], item_path, YamlNode::Kind::map)) continue;
        HostOverlay& overlay = value.emplace_back(read_overlay(context, node.items[i], item_path));
        context.places[&overlay] = {node.items[i].place, item_path};
    }
}

}  // namespace detail

}  // namespace crawld
