#include "base/fields.h"

#include <doctest/doctest.h>

#include <limits>

using namespace crawld;

namespace {

enum class Color : uint8_t { red, dark_green };
constexpr std::array<std::string_view, 2> enum_names(Color) {
    return {"red", "dark_green"};
}

struct Inner {
    uint32_t count = 3;
};
template <class V>
void describe(V& v, Inner& o) {
    v.field({.name = "count", .help = "A count.", .max = 10}, o.count);
}
struct Outer {
    bool flag = false;
    Inner inner;
};
template <class V>
void describe(V& v, Outer& o) {
    v.field({.name = "flag", .help = "A flag."}, o.flag);
    v.section({.name = "inner", .help = "More.", .live = false}, o.inner);
}

struct NameLister {
    std::string names;
    template <class T>
    void field(const Field& f, T&) {
        names.append(f.name).append(" ");
    }
    template <class T>
    void section(const Field& f, T& value) {
        names.append(f.name).append("{ ");
        describe(*this, value);
        names += "} ";
    }
};

template <class T>
std::string round_trip(std::string_view text) {
    T value{};
    const Status status = parse_text(text, value);
    return status ? to_text(value) : "error: " + status.error().message;
}

}  // namespace

TEST_CASE("a visitor gets every field with its description, nested ones too") {
    Outer outer;
    NameLister lister;
    describe(lister, outer);
    CHECK_EQ(lister.names, "flag inner{ count } ");
    static_assert(Described<Outer>);
    static_assert(!Described<int>);
}

TEST_CASE("numbers are whole texts, in their range") {
    CHECK_EQ(round_trip<uint32_t>("4294967295"), "4294967295");
    CHECK_EQ(round_trip<uint32_t>("4294967296"), "error: \"4294967296\" is not a number");
    CHECK_EQ(round_trip<uint32_t>("-1"), "error: \"-1\" is not a number");
    CHECK_EQ(round_trip<int64_t>("-9223372036854775808"), "-9223372036854775808");
    CHECK_EQ(round_trip<uint64_t>("18446744073709551615"), "18446744073709551615");
    CHECK_EQ(round_trip<double>("2.5"), "2.5");
    for (const char* bad : {"", "1x", " 1", "1 ", "one"})
        CHECK_EQ(round_trip<int64_t>(bad), "error: \"" + std::string(bad) + "\" is not a number");
}

TEST_CASE("truth is true or false, nothing else") {
    CHECK_EQ(round_trip<bool>("true"), "true");
    CHECK_EQ(round_trip<bool>("false"), "false");
    for (const char* bad : {"yes", "no", "1", "True", ""})
        CHECK_EQ(round_trip<bool>(bad), "error: \"" + std::string(bad) + "\" is not true or false");
}

TEST_CASE("sizes have units and are written in the largest that divides") {
    CHECK_EQ(round_trip<ByteSize>("16MiB"), "16MiB");
    CHECK_EQ(round_trip<ByteSize>("1024 KiB"), "1MiB");
    CHECK_EQ(round_trip<ByteSize>("500KB"), "500KB");
    CHECK_EQ(round_trip<ByteSize>("1000000B"), "1MB");
    CHECK_EQ(round_trip<ByteSize>("7B"), "7B");
    CHECK_EQ(round_trip<ByteSize>("0"), "0");
    for (const char* bad : {"", "16", "MiB", "16mib", "1.5GiB", "-1B", "99999999999TiB"})
        CHECK_EQ(round_trip<ByteSize>(bad),
                 "error: \"" + std::string(bad) +
                     "\" is not a size; write a number and a unit (B, KiB, MiB, GiB, KB, MB, GB), "
                     "for example 16MiB");
}

TEST_CASE("durations are fields") {
    CHECK_EQ(round_trip<Duration>("90m"), "90m");
    CHECK_EQ(round_trip<Duration>("60m"), "1h");
    CHECK_EQ(round_trip<Duration>("10"),
             "error: \"10\" is not a duration; write a number and a unit (us, ms, s, m, h, d), for "
             "example 10s or 1h30m");
}

TEST_CASE("an enum with names is a scalar") {
    CHECK_EQ(round_trip<Color>("dark_green"), "dark_green");
    CHECK_EQ(to_string(Color::red), "red");
    CHECK_EQ(round_trip<Color>("blue"), "error: \"blue\" is not one of: red, dark_green");
}

TEST_CASE("a failed parse leaves the value alone") {
    uint32_t number = 5;
    CHECK_FALSE(parse_text("x", number).has_value());
    CHECK_EQ(number, 5);
    Color color = Color::dark_green;
    CHECK_FALSE(parse_text("x", color).has_value());
    CHECK_EQ(color, Color::dark_green);
}

TEST_CASE("ranges compare in one unit") {
    CHECK_EQ(range_value(Duration(seconds(2))), 2'000'000);
    CHECK_EQ(range_value(kib(1)), 1'024);
    CHECK_EQ(range_value(std::numeric_limits<uint64_t>::max()),
             std::numeric_limits<int64_t>::max());
    CHECK_EQ(range_value(std::string("x")), 0);
}
