#include "scenarios/event.h"

#include <rapidjson/document.h>

#include <array>
#include <cstdlib>

#include "base/check.h"
#include "scenarios/web_text.h"

namespace crawld {

namespace {

std::string text_of(const rapidjson::Value& value) {
    if (value.IsString()) return {value.GetString(), value.GetStringLength()};
    if (value.IsBool()) return value.GetBool() ? "true" : "false";
    if (value.IsUint64()) return std::to_string(value.GetUint64());
    if (value.IsInt64()) return std::to_string(value.GetInt64());
    return std::to_string(value.GetDouble());
}

double number_of(const std::string& text) {
    return std::strtod(text.c_str(), nullptr);
}

}  // namespace

std::string SimEvent::field(std::string_view key) const {
    const auto it = fields.find(key);
    return it == fields.end() ? std::string() : it->second;
}

std::string SimEvent::to_text() const {
    std::string text = std::to_string(to_seconds(at)) + "s " + name;
    for (const auto& [key, value] : fields)
        if (!value.empty() && key != "ts" && key != "event") text += " " + key + "=" + value;
    return text;
}

SimEvent event_of_line(std::string_view line) {
    rapidjson::Document document;
    document.Parse(line.data(), line.size());
    CRAWLD_CHECK(!document.HasParseError() && document.IsObject());
    SimEvent event;
    for (auto member = document.MemberBegin(); member < document.MemberEnd(); ++member)
        event.fields.emplace(member->name.GetString(), text_of(member->value));
    event.name = event.field("event");
    return event;
}

EventPattern::Condition EventPattern::read_condition(const std::string& text, const Words& words) {
    constexpr std::array<std::string_view, 5> kOperators{"!=", ">=", "<=", "=", "~"};
    const size_t at = text.find_first_of("!><=~");
    if (at == std::string::npos || at == 0) words.fail("write KEY=VALUE: " + text);
    for (std::string_view op : kOperators)
        if (text.compare(at, op.size(), op) == 0)
            return {text.substr(0, at), std::string(op), text.substr(at + op.size())};
    words.fail("unknown operator: " + text);
}

EventPattern EventPattern::read(Words& words) {
    EventPattern pattern;
    if (words.take_if("at")) {
        const std::string range = words.take("A..B");
        const size_t dots = range.find("..");
        if (dots == std::string::npos) words.fail("write: at A..B");
        pattern.at_ = {scenario_duration(range.substr(0, dots), words),
                       scenario_duration(range.substr(dots + 2), words)};
    }
    pattern.name_ = words.take("the name of an event");
    for (const std::string& text : words.rest())
        pattern.conditions_.push_back(read_condition(text, words));
    return pattern;
}

bool EventPattern::matches(const SimEvent& event) const {
    if (event.name != name_) return false;
    if (at_ && (event.at < at_->first || event.at > at_->second)) return false;
    for (const Condition& condition : conditions_) {
        const std::string value = event.field(condition.key);
        bool holds = false;
        if (condition.op == "=") holds = value == condition.value;
        if (condition.op == "!=") holds = value != condition.value;
        if (condition.op == "~") holds = value.find(condition.value) != std::string::npos;
        if (condition.op == ">=") holds = number_of(value) >= number_of(condition.value);
        if (condition.op == "<=") holds = number_of(value) <= number_of(condition.value);
        if (!holds) return false;
    }
    return true;
}

}  // namespace crawld
