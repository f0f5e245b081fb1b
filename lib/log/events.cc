#include "log/events.h"

#include <type_traits>

namespace crawld {

namespace {

struct FieldLister {
    std::vector<EventField>& fields;

    template <class T>
    void field(const Field& f, const T&) {
        fields.push_back({f.name, type_of<T>(), f.help});
    }
    template <class T>
    static constexpr std::string_view type_of() {
        if constexpr (std::is_same_v<T, bool>) return "true or false";
        if constexpr (std::is_same_v<T, WallTime>) return "time";
        if constexpr (std::is_arithmetic_v<T>) return "number";
        return "text";
    }
};

template <class E>
EventInfo info_of(const E& event) {
    EventInfo info{E::kName, E::kHelp, E::kLevel, E::kCrawlLog, {}};
    FieldLister lister{info.fields};
    describe(lister, event);
    return info;
}

}  // namespace

std::vector<EventInfo> list_events() {
    return std::apply(
        [](const auto&... events) { return std::vector<EventInfo>{info_of(events)...}; },
        AllEvents{});
}

std::string render_events() {
    std::string out;
    for (const EventInfo& event : list_events()) {
        if (!out.empty()) out += '\n';
        out.append(event.name).append(" (");
        out.append(event.crawl_log ? "crawl log" : to_string(event.level)).append(")\n");
        out.append("    ").append(event.help).append("\n");
        for (const EventField& field : event.fields) {
            out.append("    ").append(field.name).append(" (").append(field.type).append("): ");
            out.append(field.help).append("\n");
        }
    }
    return out;
}

}  // namespace crawld
