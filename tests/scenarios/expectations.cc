#include "scenarios/expectations.h"

#include <algorithm>

#include "base/text.h"
#include "scenarios/web_text.h"

namespace crawld {

namespace {

using Events = std::vector<SimEvent>;
using Complaints = std::vector<Complaint>;

void check_in_order(const Scenario& scenario, const Events& events, Complaints& out) {
    auto from = events.begin();
    for (const ScenarioLine& line : scenario.section("in order")) {
        Words words(line);
        const EventPattern pattern = EventPattern::read(words);
        const auto match = [&](const SimEvent& event) { return pattern.matches(event); };
        const auto found = std::find_if(from, events.end(), match);
        if (found != events.end()) {
            from = std::next(found);
            continue;
        }
        const auto earlier = std::find_if(events.begin(), from, match);
        out.push_back({line.number, earlier == events.end() || earlier == from
                                        ? "was not seen: " + line.text
                                        : "was seen too early: " + earlier->to_text()});
    }
}

void check_any_order(const Scenario& scenario, const Events& events, Complaints& out) {
    std::vector<bool> used(events.size(), false);
    for (const ScenarioLine& line : scenario.section("any order")) {
        Words words(line);
        const EventPattern pattern = EventPattern::read(words);
        size_t i = 0;
        while (i < events.size() && (used[i] || !pattern.matches(events[i])))
            ++i;
        if (i == events.size())
            out.push_back({line.number, "was not seen: " + line.text});
        else
            used[i] = true;
    }
}

void check_never(const Scenario& scenario, const Events& events, Complaints& out) {
    for (const ScenarioLine& line : scenario.section("never")) {
        Words words(line);
        const EventPattern pattern = EventPattern::read(words);
        const auto found = std::find_if(events.begin(), events.end(), [&](const SimEvent& event) {
            return pattern.matches(event);
        });
        if (found != events.end())
            out.push_back({line.number, "must not be seen: " + found->to_text()});
    }
}

void check_counts(const Scenario& scenario, const Events& events, Complaints& out) {
    for (const ScenarioLine& line : scenario.section("count")) {
        Words words(line);
        const std::string range = words.take("a number");
        const size_t dots = range.find("..");
        const auto least = parse_uint(range.substr(0, dots));
        const auto most = dots == std::string::npos ? least : parse_uint(range.substr(dots + 2));
        if (!least || !most) words.fail("write N or A..B");
        const EventPattern pattern = EventPattern::read(words);
        const auto seen = static_cast<uint64_t>(
            std::count_if(events.begin(), events.end(),
                          [&](const SimEvent& event) { return pattern.matches(event); }));
        if (seen < *least || seen > *most)
            out.push_back(
                {line.number, "was seen " + std::to_string(seen) + " times: " + line.text});
    }
}

void check_gaps(const Scenario& scenario, const Events& events, Complaints& out) {
    for (const ScenarioLine& line : scenario.section("gaps")) {
        Words words(line);
        const Duration gap = scenario_duration(words.take("a duration"), words);
        const EventPattern pattern = EventPattern::read(words);
        const SimEvent* last = nullptr;
        size_t pairs = 0;
        for (const SimEvent& event : events) {
            if (!pattern.matches(event)) continue;
            if (last != nullptr && event.at - last->at < gap)
                out.push_back(
                    {line.number, "too near: " + last->to_text() + " and " + event.to_text()});
            pairs += last != nullptr ? 1 : 0;
            last = &event;
        }
        if (pairs == 0) out.push_back({line.number, "fewer than two were seen: " + line.text});
    }
}

}  // namespace

std::vector<Complaint> check_expectations(const Scenario& scenario,
                                          const std::vector<SimEvent>& events) {
    Complaints complaints;
    check_in_order(scenario, events, complaints);
    check_any_order(scenario, events, complaints);
    check_never(scenario, events, complaints);
    check_counts(scenario, events, complaints);
    check_gaps(scenario, events, complaints);
    return complaints;
}

}  // namespace crawld
