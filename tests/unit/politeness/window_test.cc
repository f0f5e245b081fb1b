#include "politeness/window.h"

#include <doctest/doctest.h>

using namespace crawld;

TEST_CASE("a window is read from N/P and written back the same") {
    Window window;
    REQUIRE(parse_text("60/5m", window));
    CHECK_EQ(window, Window{60, minutes(5)});
    CHECK_EQ(to_text(window), "60/5m");
    REQUIRE(parse_text("1/1500ms", window));
    CHECK_EQ(window, Window{1, milliseconds(1500)});
    REQUIRE(parse_text("10000/24h", window));
    CHECK_EQ(window, Window{kWindowCountMax, kWindowPeriodMax});
}

TEST_CASE("what is not a window is refused with a sentence and leaves the value alone") {
    for (const char* bad : {"", "60", "/5m", "60/", "0/1s", "10001/1s", "1/0", "1/25h", "-1/1s",
                            "1/1s/1s", "1 / 1s", "1/5", "99999999999999999999/1s"}) {
        Window window{7, seconds(7)};
        const Status status = parse_text(bad, window);
        REQUIRE_MESSAGE(!status.has_value(), bad);
        CHECK_EQ(status.error().code, ErrorCode::configuration);
        CHECK_NE(status.error().message.find("for example 60/5m"), std::string::npos);
        CHECK_EQ(window, Window{7, seconds(7)});
    }
}
