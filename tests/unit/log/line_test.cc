#include "log/line.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "log/events.h"
#include "unit/log/parsed_line.h"

using namespace crawld;

namespace {

constexpr WallTime kTime = wall_from_us(1'770'091'506'000'007);

struct Sample {
    std::string text = "a b";
    bool flag = true;
    double ms = 1.5;
    uint32_t count = 7;
    int64_t code = -61;
    LogLevel word = LogLevel::warning;
    WallTime at = kTime;
    WallTime no_time{};
    std::optional<uint32_t> some = 3;
    std::optional<std::string> none{};
    std::string empty{};
};
template <class V>
void describe(V& v, const Sample& e) {
    v.field({.name = "text", .help = ""}, e.text);
    v.field({.name = "flag", .help = ""}, e.flag);
    v.field({.name = "ms", .help = ""}, e.ms);
    v.field({.name = "count", .help = ""}, e.count);
    v.field({.name = "code", .help = ""}, e.code);
    v.field({.name = "word", .help = ""}, e.word);
    v.field({.name = "at", .help = ""}, e.at);
    v.field({.name = "no_time", .help = ""}, e.no_time);
    v.field({.name = "some", .help = ""}, e.some);
    v.field({.name = "none", .help = ""}, e.none);
    v.field({.name = "empty", .help = ""}, e.empty);
}

template <class E>
std::string encoded(const E& event, LineForm form, bool show_level = true) {
    Line line({.event = "sample.taken",
               .level = LogLevel::info,
               .show_level = show_level,
               .time = kTime,
               .form = form});
    describe(line, event);
    return std::string(line.finish());
}

}  // namespace

TEST_CASE("an event is one JSON object: ts, event, level, then its fields in order") {
    CHECK_EQ(encoded(Sample{}, LineForm::json),
             R"({"ts":"2026-02-03T04:05:06.000007Z","event":"sample.taken","level":"info",)"
             R"("text":"a b","flag":true,"ms":1.5,"count":7,"code":-61,"word":"warning",)"
             R"("at":"2026-02-03T04:05:06.000007Z","some":3,"empty":""})");
}

TEST_CASE("the crawl log has no level") {
    CHECK_EQ(keys_of(parse_line(encoded(Sample{}, LineForm::json, false)))[2], "text");
}

TEST_CASE("on a terminal an event is time, level, name and key=value, empty ones left out") {
    CHECK_EQ(encoded(Sample{}, LineForm::text),
             R"(04:05:06 info sample.taken text="a b" flag=true ms=1.5 count=7 code=-61 )"
             R"(word=warning at="2026-02-03T04:05:06.000007Z" some=3)");
    CHECK_EQ(encoded(Sample{.text = "a=\x1b[0m"}, LineForm::text).substr(0, 44),
             R"(04:05:06 info sample.taken text="a=\u001b[0m)");
}

TEST_CASE("the clock's seconds and microseconds are those of each line") {
    for (int64_t us :
         {999'999LL, 1'000'000LL, 1'000'001LL, 59'999'999LL, 1'770'091'506'123'456LL}) {
        Line line({.event = "x.y", .time = wall_from_us(us)});
        CHECK_EQ(parse_line(line.finish())["ts"].GetString(), to_rfc3339(wall_from_us(us)));
    }
}

namespace {

// Fills every field of an event as full as it goes.
struct Filler {
    std::string text;
    template <class T>
    void field(const Field&, const T& value) {
        auto& target = const_cast<T&>(value);
        if constexpr (std::is_same_v<T, std::string>)
            target = text;
        else if constexpr (std::is_same_v<T, double>)
            target = -1.2345678901234567e-300 * 1e299;
        else if constexpr (std::is_same_v<T, WallTime>)
            target = kTime;
        else if constexpr (std::is_signed_v<T>)
            target = std::numeric_limits<T>::min();
        else
            target = std::numeric_limits<T>::max();
    }
};

template <class E>
void check_bound(const std::string& text) {
    E event;
    Filler filler{text};
    describe(filler, event);
    for (LineForm form : {LineForm::json, LineForm::text}) {
        const std::string line = encoded(event, form);
        CAPTURE(E::kName);
        CHECK_LT(line.size(), kLineBytesMax);
        for (char c : line)
            REQUIRE((c >= 0x20 && c < 0x7f));
        if (form == LineForm::json) parse_line(line);
    }
}

}  // namespace

TEST_CASE("no event makes a line longer than 8 KiB, whatever its texts hold") {
    for (const char* unit : {"x", "\x01", "\xff", "\u202e", "\U0001f600"}) {
        std::string text;
        while (text.size() < 20'000)
            text += unit;
        std::apply(
            [&](const auto&... events) {
                (check_bound<std::decay_t<decltype(events)>>(text), ...);
            },
            AllEvents{});
    }
}

TEST_CASE("a URL of the longest length allowed is whole, its page and a reason beside it") {
    FetchSettled event;
    event.url = "https://example.org/" + std::string(2'063, 'u');
    event.via = "https://example.org/" + std::string(2'063, 'v');
    event.detail = std::string(1'000, 'd');
    const auto line = parse_line(encoded(event, LineForm::json));
    CHECK_EQ(line["url"].GetString(), event.url);
    CHECK_EQ(line["via"].GetString(), event.via);
    CHECK_EQ(line["detail"].GetString(), event.detail);
}
