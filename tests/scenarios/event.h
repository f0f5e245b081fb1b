// SimEvent: something that was seen in a scenario: a log line, a request as its server received it,
// or a word of the rig; and EventPattern, what an expectation says of one.
//
//     fetch.settled url=http://a.example/ outcome=ok attempt>=2
//     at 10s..12s request host=a.example robots=no
//
// Operators: = and != compare text, ~ finds it, >= and <= compare numbers. A field that is absent
// is the empty text. `at A..B`: the time since the start of the scenario, both ends included.
// Times of requests are those of their arrival.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "scenarios/scenario.h"

namespace crawld {

struct SimEvent {
    Duration at{0};
    std::string name;
    std::map<std::string, std::string, std::less<>> fields;

    std::string field(std::string_view key) const;
    std::string to_text() const;
};

// From a JSON line of the log; `at` is not set.
SimEvent event_of_line(std::string_view line);

class EventPattern {
  public:
    // The rest of the words.
    static EventPattern read(Words& words);
    bool matches(const SimEvent& event) const;

  private:
    struct Condition {
        std::string key;
        std::string op;
        std::string value;
    };
    static Condition read_condition(const std::string& text, const Words& words);

    std::string name_;
    std::vector<Condition> conditions_;
    std::optional<std::pair<Duration, Duration>> at_;
};

}  // namespace crawld
